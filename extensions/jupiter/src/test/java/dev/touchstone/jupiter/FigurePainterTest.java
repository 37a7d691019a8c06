package dev.touchstone.jupiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.figure.Axis;
import dev.touchstone.evidence.figure.BoxPlot;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.figure.Panel;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.evidence.figure.Thumbnail;
import dev.touchstone.evidence.figure.TokenHeat;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Policy;
import dev.touchstone.statistics.Proportion;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

class FigurePainterTest {
  private static final Thumbnail BLUE = new Thumbnail(1, 1, 3, new byte[] {0, 0, (byte) 255});
  private static final Thumbnail GREY = new Thumbnail(1, 1, 1, new byte[] {(byte) 100});

  /** The line that says what was claimed is as high for all of these pictures. */
  private static Verdict verdict() {
    return Claim.of("similarity is at most 0.1", Bound.upper(0.1))
        .judge(
            Evidence.of("a check", "a model")
                .measured(new Measurement("similarity", "overall", Proportion.of(900, 1000)))
                .from(
                    Provenance.read(
                        new FactText.Texts(Map.of("name", "a.onnx"), Map.of(), Map.of(), Map.of()),
                        42,
                        Instant.EPOCH,
                        1)),
            Policy.STRICT);
  }

  private static BufferedImage picture(Figure figure) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(FigurePainter.png(figure, verdict())));
  }

  private static long count(BufferedImage image, int colour) {
    return IntStream.range(0, image.getWidth() * image.getHeight())
        .filter(
            p -> (image.getRGB(p % image.getWidth(), p / image.getWidth()) & 0xFFFFFF) == colour)
        .count();
  }

  private static BufferedImage drawn(Ranking.Item... items) throws IOException {
    return ImageIO.read(
        new ByteArrayInputStream(
            FigurePainter.png(new Ranking("ranking", "Ranking", List.of(items)), verdict())));
  }

  @Test
  void picturesOfRankedItemsStandBelowTheirChart() throws IOException {
    BufferedImage rows = drawn(new Ranking.Item("a", 2, true));
    BufferedImage pictured =
        drawn(
            new Ranking.Item("a", 2, true, Optional.of(BLUE)),
            new Ranking.Item("b", 1, false, Optional.of(GREY)),
            new Ranking.Item("c", 0.5, false));

    assertThat(pictured.getWidth()).isEqualTo(rows.getWidth());
    // One row of cells, an eighth as wide as the chart, with a line for the captions.
    assertThat(pictured.getHeight()).isEqualTo(rows.getHeight() + rows.getWidth() / 8 + 18);
    int middle = rows.getHeight() + rows.getWidth() / 16;
    assertThat(pictured.getRGB(rows.getWidth() / 16, middle) & 0xFFFFFF).isEqualTo(0x0000FF);
    assertThat(pictured.getRGB(rows.getWidth() * 3 / 16, middle) & 0xFFFFFF).isEqualTo(0x646464);
    assertThat(pictured.getRGB(rows.getWidth() * 5 / 16, middle) & 0xFFFFFF).isEqualTo(0xFFFFFF);
  }

  @Test
  void markedPicturesAreFramed() throws IOException {
    BufferedImage rows = drawn(new Ranking.Item("a", 2, true));
    BufferedImage pictured =
        drawn(
            new Ranking.Item("a", 2, true, Optional.of(BLUE)),
            new Ranking.Item("b", 1, false, Optional.of(BLUE)));

    int top = rows.getHeight() + 2;
    assertThat(pictured.getRGB(20, top) & 0xFFFFFF).isEqualTo(0xE69F00);
    assertThat(pictured.getRGB(rows.getWidth() / 8 + 20, top) & 0xFFFFFF).isEqualTo(0xFFFFFF);
  }

  @Test
  void aPictureIsHeadedByItsModelItsClaimAndTheVerdict() throws IOException {
    IntervalPlot curve =
        new IntervalPlot(
            "c",
            "t",
            "x",
            "y",
            List.of("a"),
            Map.of("l", List.of(new IntervalPlot.Point(0.5, 0.4, 0.6))));
    BufferedImage below = DotPlot.image(curve, new double[0]);
    BufferedImage whole = picture(curve);

    assertThat(whole.getHeight()).isGreaterThan(below.getHeight() + 30);
    BufferedImage heading =
        whole.getSubimage(0, 0, whole.getWidth(), whole.getHeight() - below.getHeight());
    // Black for the title, and the colour of a failure for the model, the claim and the verdict.
    assertThat(count(heading, 0x000000)).isPositive();
    assertThat(count(heading, 0xA83200)).isPositive();
  }

  @Test
  void aLongClaimTakesAsManyLinesAsItNeeds() {
    BufferedImage picture = new BufferedImage(200, 10, BufferedImage.TYPE_INT_RGB);
    int one = new Heading("t", Outcome.PASS, "short").over(picture).getHeight();
    int more =
        new Heading("t", Outcome.PASS, "a claim in words ".repeat(9)).over(picture).getHeight();
    assertThat(more).isGreaterThan(one + 30);
  }

  @Test
  void theToleranceOfWhatIsDrawnIsALineAndOfAnotherQuantityNone() {
    IntervalPlot.Point point = new IntervalPlot.Point(0.5, 0.4, 0.6);
    IntervalPlot curve =
        new IntervalPlot("c", "t", "x", "similarity", List.of("a"), Map.of("l", List.of(point)));
    long with = count(DotPlot.image(curve, new double[] {0.1}), 0x000000);
    long without = count(DotPlot.image(curve, new double[0]), 0x000000);
    assertThat(with).isGreaterThan(without + 20);
  }

  @Test
  void mapsHaveAColourScale() throws IOException {
    Overlays.Tile plain = new Overlays.Tile("a", 1, 1, 1, new float[] {0.5f}, new float[0]);
    Overlays.Tile mapped = new Overlays.Tile("a", 1, 1, 1, new float[] {0.5f}, new float[] {1});
    BufferedImage without = picture(new Overlays("o", "t", List.of(plain, plain, plain)));
    BufferedImage with = picture(new Overlays("o", "t", List.of(mapped, mapped, mapped)));

    assertThat(with.getHeight()).isGreaterThan(without.getHeight() + 30);
    // Blue is the scale's end for what speaks against a class; no map here has it.
    assertThat(count(with, 0x0072B2)).isPositive();
    assertThat(count(without, 0x0072B2)).isZero();
  }

  @Test
  void boxesLieInTheirRowsWithValuesBeyondThem() throws IOException {
    BoxPlot.Box box = new BoxPlot.Box("a", 20, 0, 1, 2, 3, 4, List.of(9.0), 1);
    BufferedImage with = picture(new BoxPlot("b", "t", "g", new Axis("v"), List.of(box)));
    BufferedImage without =
        picture(new BoxPlot("b", "t", "g", new Axis("v"), List.of(box.withoutOutliers())));
    // Filled pale between the quartiles; the same box is narrower where the axis goes on to 9.
    assertThat(count(without, 0xE3EEF6)).isGreaterThan(count(with, 0xE3EEF6) * 3 / 2);
    assertThat(count(with, 0x0072B2)).isPositive();
  }

  @Test
  void scatteredPointsAreDrawnAndTheirNumbersStandBelow() throws IOException {
    Scatter scatter =
        new Scatter(
            "s", "t", new Axis("x"), new Axis("y"), List.of(new Scatter.Point(1, 2, "one")));
    BufferedImage plain = picture(scatter);
    assertThat(count(plain, 0x0072B2)).isPositive();
    assertThat(picture(scatter.stating("Pearson correlation", 0.9)).getHeight())
        .isEqualTo(plain.getHeight() + 18);
    // One scale on both axes makes a square.
    assertThat(picture(scatter.withIdentity()).getHeight()).isGreaterThan(plain.getHeight() + 100);
  }

  @Test
  void aTableIsAsHighAsItsRows() throws IOException {
    Table.Row row = new Table.Row("r", Table.number(1), Table.text("a"));
    List<Table.Column> columns = List.of(new Table.Column("n"), new Table.Column("t"));
    BufferedImage one = picture(new Table("t", "t", "r", columns, List.of(row)));
    BufferedImage three = picture(new Table("t", "t", "r", columns, List.of(row, row, row)));
    assertThat(three.getHeight()).isEqualTo(one.getHeight() + 2 * 22);
  }

  @Test
  void tokensAreUnderlinedByWhatTheySpeakFor() throws IOException {
    BufferedImage picture =
        picture(tokens(new TokenHeat.Token("for", 1), new TokenHeat.Token(" against", -1)));
    assertThat(count(picture, 0xE69F00)).isPositive();
    assertThat(count(picture, 0x0072B2)).isPositive();
    BufferedImage neutral = picture(tokens(new TokenHeat.Token("neither", 0)));
    assertThat(count(neutral, 0xE69F00)).isZero();
    assertThat(count(neutral, 0x0072B2)).isZero();
  }

  @Test
  void longTextsAreBrokenIntoLines() throws IOException {
    TokenHeat.Token[] many = new TokenHeat.Token[200];
    Arrays.fill(many, new TokenHeat.Token(" token", 1));
    assertThat(picture(tokens(many)).getHeight())
        .isGreaterThan(picture(tokens(many[0])).getHeight() + 10 * 28);
  }

  @Test
  void stripsAreAsWideAsTheirColumns() throws IOException {
    BufferedImage picture =
        picture(
            new MapStrips(
                "m",
                "t",
                List.of("a", "b", "c", "d", "e"),
                List.of(
                    new MapStrips.Strip(
                        "one", GREY, Collections.nCopies(5, MapStrips.Heat.of(1, 1, 1))))));
    assertThat(picture.getWidth()).isEqualTo(6 * 110);
    // Five maps of full orange, 104 x 104 pixels each.
    assertThat(count(picture, 0xE69F00)).isBetween(5L * 104 * 104, 5L * 104 * 104 + 500);
  }

  /** Two bars of a length, one for and one against, below the text that is drawn as it is alone. */
  @Test
  void aPanelHasItsFiguresBelowEachOther() throws IOException {
    TokenHeat text =
        new TokenHeat(
            "t",
            "t",
            "spam",
            List.of(new TokenHeat.Text("c", List.of(new TokenHeat.Token("a", 1)))));
    Table bars =
        new Table(
            "b",
            "b",
            "column",
            List.of(new Table.Column("share").withBars()),
            List.of(
                new Table.Row("for", Table.number(2)), new Table.Row("against", Table.number(-2))));
    BufferedImage panel =
        PanelImage.of(
            new Panel("p", "p", List.of("a fact"), List.of(text, bars)),
            figure -> figure instanceof TokenHeat heat ? TokenImage.of(heat) : TableImage.of(bars));

    assertThat(panel.getHeight())
        .isGreaterThan(TokenImage.of(text).getHeight() + TableImage.of(bars).getHeight() + 40);
    // 50 pixels to each side of the middle, 12 high; the line at 0 covers one column.
    assertThat(count(TableImage.of(bars), 0xE69F00)).isBetween(540L, 612L);
    assertThat(count(TableImage.of(bars), 0x0072B2)).isBetween(540L, 612L);
    assertThat(count(panel, 0x0072B2)).isEqualTo(count(TableImage.of(bars), 0x0072B2));
    assertThat(picture(new Panel("p", "p", List.of(), List.of(text, bars))).getHeight())
        .isGreaterThan(panel.getHeight());
  }

  @Test
  void aPictureSaysInWordsWhatItShows() throws IOException {
    byte[] png =
        FigurePainter.png(
            tokens(new TokenHeat.Token("prêt", 1), new TokenHeat.Token(" jamais", -1)), verdict());
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(png)));
    Node texts =
        ((Element) reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0"))
            .getElementsByTagName("iTXtEntry")
            .item(0);
    assertThat(texts.getAttributes().getNamedItem("keyword").getNodeValue())
        .isEqualTo("Description");
    assertThat(texts.getAttributes().getNamedItem("text").getNodeValue())
        .isEqualTo(
            "Relevance of tokens: t. Positive numbers speak for spam. text: 2 tokens; for:"
                + " \"prêt\" (+1); against: \"jamais\" (−1).");
  }

  private static TokenHeat tokens(TokenHeat.Token... tokens) {
    return new TokenHeat("t", "t", "spam", List.of(new TokenHeat.Text("text", List.of(tokens))));
  }
}
