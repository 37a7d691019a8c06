package dev.touchstone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.evidence.figure.Axis;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.evidence.figure.TokenHeat;
import dev.touchstone.report.Verdicts.Group;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures of every kind as the page shows them. */
class FiguresTest {
  /** The chart library puts its markers on whole pixels. */
  private static final double A_PIXEL = 1;

  private static final Pattern CIRCLE =
      Pattern.compile("<circle class=\"f s0\" cx=\"([\\d.]+)\" cy=\"([\\d.]+)\"");

  @TempDir Path directory;

  @Test
  void scatteredPointsLieWhereTheirNumbersAreBesideTheIdentity() {
    String svg = ScatterPlot.svg(Verdicts.scatter("a"));
    List<MatchResult> points = CIRCLE.matcher(svg).results().toList();
    assertThat(points).hasSize(3);
    MatchResult identity =
        Pattern.compile(
                "<line class=\"l id\" x1=\"([\\d.]+)\" y1=\"([\\d.]+)\" x2=\"([\\d.]+)\""
                    + " y2=\"([\\d.]+)\"")
            .matcher(svg)
            .results()
            .findFirst()
            .orElseThrow();
    double across = number(points.get(2), 1) - number(points.get(0), 1);
    double upwards = number(points.get(0), 2) - number(points.get(2), 2);
    // From 0 to 4 on both axes: (2, 1) lies half way across and a quarter of the way up.
    assertThat(number(points.get(1), 1))
        .isCloseTo(number(points.get(0), 1) + across / 2, within(A_PIXEL));
    assertThat(number(points.get(1), 2))
        .isCloseTo(number(points.get(0), 2) - upwards / 4, within(A_PIXEL));
    // The identity goes through the points whose numbers are equal.
    double slope =
        (number(identity, 4) - number(identity, 2)) / (number(identity, 3) - number(identity, 1));
    for (int i : new int[] {0, 2}) {
      double y = number(identity, 2) + slope * (number(points.get(i), 1) - number(identity, 1));
      assertThat(number(points.get(i), 2)).isCloseTo(y, within(A_PIXEL));
    }
    // A unit is about as long on both axes.
    assertThat(upwards / across).isBetween(0.8, 1.25);
  }

  @Test
  void aScatterSaysWhatBelongsToAllOfItAndWhatStandsAtItsAxes() throws IOException {
    String page = page(Verdicts.scatter("boot"));
    assertThat(page)
        .contains("<p class=\"sta u\">3 points; boot: 0.9731</p>")
        .contains(">x boot (boot)</text>", ">y boot</text>", ">boot</text>")
        .contains("aria-label=\"Scatter plot: boot. y boot against x boot (boot), 3 points.")
        .contains("<td>boot</td>\n<td>2</td>\n<td>1</td>");
  }

  @Test
  void aLongAxisKeepsItsUnit() {
    Axis axis =
        new Axis("change of the loss by retraining without the example, mean over five", "nats");
    String svg =
        ScatterPlot.svg(new Scatter("n", "t", axis, axis, List.of(new Scatter.Point(0, 1))));
    assertThat(svg).containsPattern(">change of the loss [^<]*… \\(nats\\)</text>");
  }

  @Test
  void thinnedPointsAreCounted() throws IOException {
    List<Scatter.Point> points = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      points.add(new Scatter.Point(i, i % 7));
    }
    Axis axis = new Axis("x");
    String page = page(Scatter.thinned("n", "t", axis, axis, points));
    assertThat(page)
        .containsPattern("[12],\\d{3} of 5,000 points are shown")
        .hasSizeLessThan(300_000);
  }

  @Test
  void aBoxLiesBetweenItsQuartiles() {
    String svg = Boxes.svg(Verdicts.boxes("a"));
    List<MatchResult> boxes =
        Pattern.compile("<rect class=\"bx\" x=\"([\\d.]+)\" y=\"([\\d.]+)\" width=\"([\\d.]+)\"")
            .matcher(svg)
            .results()
            .toList();
    List<MatchResult> medians =
        Pattern.compile("<line class=\"l md\" x1=\"([\\d.]+)\"").matcher(svg).results().toList();
    MatchResult outlier = CIRCLE.matcher(svg).results().findFirst().orElseThrow();
    // The second box stands at 8, the first from 1 to 3 with its median at 2.
    double unit = (number(medians.get(1), 1) - number(medians.get(0), 1)) / 6;
    assertThat(number(boxes.get(0), 1))
        .isCloseTo(number(medians.get(0), 1) - unit, within(A_PIXEL));
    assertThat(number(boxes.get(0), 3)).isCloseTo(2 * unit, within(A_PIXEL));
    assertThat(number(boxes.get(1), 3)).isZero();
    assertThat(number(outlier, 1)).isCloseTo(number(medians.get(1), 1), within(A_PIXEL));
    List<MatchResult> whiskers =
        Pattern.compile(
                "<line class=\"l v s0\" x1=\"([\\d.]+)\" y1=\"([\\d.]+)\" x2=\"([\\d.]+)\""
                    + " y2=\"\\2\"")
            .matcher(svg)
            .results()
            .toList();
    assertThat(number(whiskers.get(0), 1))
        .isCloseTo(number(medians.get(0), 1) - 2 * unit, within(A_PIXEL));
    assertThat(number(whiskers.get(1), 3))
        .isCloseTo(number(medians.get(0), 1) + 2 * unit, within(A_PIXEL));
  }

  @Test
  void aBoxPlotHasItsNumbersBesideIt() throws IOException {
    assertThat(page(Verdicts.boxes("boot")))
        .contains("<th scope=\"col\">median</th>")
        .contains(
            "<td>boot</td>\n<td>20</td>\n<td>0</td>\n<td>1</td>\n<td>2</td>\n<td>3</td>\n"
                + "<td>4</td>\n<td>1</td>");
  }

  @Test
  void aTableIsATableWithHeadsAndUnits() throws IOException {
    assertThat(page(Verdicts.table("boot")))
        .contains("<th scope=\"col\">boot</th>")
        .contains("<th scope=\"col\" class=\"r\">boot (s)</th>")
        .contains("<th scope=\"col\" class=\"\">remark</th>")
        .contains(
            "<tr><th scope=\"row\">boot</th>\n<td class=\"r\">0.50</td>\n<td class=\"\">boot</td>")
        .contains("<td class=\"r\">1234.57</td>");
  }

  @Test
  void tokensHaveTheirNumbersAndColoursByTheirShareOfTheStrongest() throws IOException {
    assertThat(page(Verdicts.tokens("boot")))
        .contains(
            "dir=\"ltr\"><span class=\"p5\" title=\"+0.5\">boot</span>"
                + "<span class=\"\" title=\"0\"> and</span>"
                + "<span class=\"\" title=\"+0.01\">␣</span>"
                + "<span class=\"n3\" title=\"−0.25\">not</span></p>")
        .contains("full colour at ±0.5")
        .contains("<p class=\"hide\">Relevance of tokens: boot.")
        .contains("against: \"not\" (−0.25)")
        .contains("<td>boot</td>\n<td>not</td>\n<td>−0.25</td>");
  }

  @Test
  void aTextThatIsReadFromTheRightIsLaidOutSo() {
    assertThat(direction("שלום", " world")).isEqualTo("rtl");
    assertThat(direction("hello ", "שלום")).isEqualTo("ltr");
    assertThat(direction("123 ", "مرحبا")).isEqualTo("rtl");
    assertThat(direction()).isEqualTo("ltr");
  }

  @Test
  void whatCannotBeSeenInATokenHasASign() {
    assertThat(Heated.visible("\n")).isEqualTo("↵");
    assertThat(Heated.visible("a\tb\r\n")).isEqualTo("a⇥b↵");
    assertThat(Heated.visible("  ")).isEqualTo("␣␣");
    assertThat(Heated.visible(" a")).isEqualTo(" a");
    assertThat(Heated.visible("")).isEmpty();
    assertThat(Heated.visible("a\u202Eb")).isEqualTo("a\\u202Eb");
  }

  @Test
  void stripsHaveAMapUnderEachHeadInItsColours() throws IOException {
    String page = page(Verdicts.strips("boot"));
    assertThat(page)
        .contains("<th scope=\"col\">original</th>\n<th scope=\"col\">boot</th>")
        .contains("alt=\"input: boot\"")
        .contains("alt=\"boot, original: attribution up to 2\"")
        .contains("alt=\"boot, boot: attribution up to 0\"");
    MapStrips.Strip strip = Verdicts.strips("boot").rows().get(0);
    BufferedImage map = decoded(Tiles.map(strip.input(), strip.maps().get(0)));
    // The strongest is orange and nothing else; the other is half (within a level) of blue over
    // the lightest grey.
    assertThat(map.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0xE69F00);
    assertThat(map.getRGB(1, 0) >> 16 & 255).isCloseTo(128, within(2));
    assertThat(map.getRGB(1, 0) & 255).isCloseTo((255 + 0xB2) / 2, within(2));
    // Where there is nothing, the picture is pale and grey.
    BufferedImage none = decoded(Tiles.map(strip.input(), strip.maps().get(1)));
    assertThat(none.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0x606060);
    assertThat(none.getRGB(1, 0) & 0xFFFFFF).isEqualTo(0xFFFFFF);
  }

  @Test
  void aPanelHasWhatIsKnownAndItsFiguresInside() throws IOException {
    assertThat(page(Verdicts.panel("boot")))
        .contains("<p class=\"sta u\">predicted: boot</p>")
        .contains("title=\"−0.25\">not</span>")
        .contains("alt=\"boot, original: attribution up to 2\"");
  }

  /** From the middle at 0: all of the right half, and half of the left one. */
  @Test
  void aBarIsAsLongAsItsNumberAndGoesToItsSide() throws IOException {
    assertThat(page(Verdicts.panel("boot")))
        .containsPattern("4 <svg class=\"sb\"[^>]*><rect class=\"p\" x=\"0\" width=\"100\"")
        .containsPattern("-2 <svg class=\"sb\"[^>]*><rect class=\"n\" x=\"-50\" width=\"50\"")
        .doesNotContain("<td class=\"r\">1234.57 <svg");
  }

  private static String direction(String... tokens) {
    List<TokenHeat.Token> all = new ArrayList<>();
    for (String token : tokens) {
      all.add(new TokenHeat.Token(token, 1));
    }
    TokenHeat heat = new TokenHeat("n", "t", "e", List.of(new TokenHeat.Text("c", all)));
    return Heated.of(heat).texts().get(0).direction();
  }

  private static BufferedImage decoded(String uri) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
    return ImageIO.read(new ByteArrayInputStream(bytes));
  }

  private String page(Figure figure) throws IOException {
    Path file = directory.resolve("report.html");
    HtmlReport.of(
            Verdicts.of(
                Verdicts.errorRate(
                    "m",
                    claim -> claim,
                    evidence -> evidence.figure(figure),
                    new Group("overall", 20, 1000))))
        .writeTo(file);
    return Files.readString(file);
  }

  private static double number(MatchResult match, int group) {
    return Double.parseDouble(match.group(group));
  }
}
