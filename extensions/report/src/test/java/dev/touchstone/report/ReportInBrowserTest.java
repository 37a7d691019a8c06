package dev.touchstone.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.report.Verdicts.Group;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.Pdf;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.print.PrintOptions;
import org.openqa.selenium.support.ui.Select;

/** What people do with the page, done in a browser. */
class ReportInBrowserTest {
  private static final String HOSTILE =
      "\"><img src=x onerror=alert(1)><script>alert(1)</script>\u202Egpj";

  @TempDir static Path directory;

  private static Browser browser;
  private static Path page;
  private static Path packed;
  private static Path mixed;
  private static Path wide;

  @BeforeAll
  static void writeThePage() throws IOException {
    browser = Browser.start();
    page = directory.resolve("report.html");
    RecordedVerdicts verdicts =
        Verdicts.of(
            Verdicts.errorRate(
                "approved.onnx",
                claim -> claim.because("the clerk reads what the model does not"),
                evidence -> Verdicts.everything(evidence, "boot"),
                new Group("overall", 40, 1000),
                new Group("sex=F", 12, 400),
                new Group("sex=M", 28, 600)),
            Verdicts.errorRate(
                "twin.onnx",
                claim -> claim,
                evidence -> Verdicts.everything(evidence, "sandal"),
                new Group("overall", 300, 1000),
                new Group("sex=F", 30, 400),
                new Group("sex=M", 270, 600)),
            Verdicts.errorRate("small.onnx", new Group("overall", 5, 100)),
            Verdicts.errorRate(
                HOSTILE,
                claim -> claim.because(HOSTILE),
                evidence -> Verdicts.everything(evidence, HOSTILE),
                new Group(HOSTILE, 20, 1000)));
    HtmlReport.of(verdicts).writeTo(page);
    packed = directory.resolve("packed").resolve("report.html");
    HtmlReport.of(verdicts).layingOut(0).writeTo(packed);
    // The gravest is laid out, and the others are packed.
    mixed = directory.resolve("mixed").resolve("report.html");
    int room = 0;
    do {
      HtmlReport.of(verdicts).layingOut(room += 1000).writeTo(mixed);
    } while (!Files.readString(mixed).contains("<article"));
    wide = directory.resolve("wide").resolve("report.html");
    HtmlReport.of(
            Verdicts.of(
                IntStream.range(0, 10)
                    .mapToObj(
                        i ->
                            Verdicts.errorRate(
                                "candidate-" + i + ".onnx", new Group("overall", 10 * i, 1000)))
                    .toArray(RecordedVerdict[]::new)))
        .writeTo(wide);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  /** Whatever a test does: nothing goes wrong quietly, and nothing leaves the page. */
  @AfterEach
  void nothingIsLoggedAndNothingIsRequested() {
    assertThat(browser.driver().manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    assertThat(browser.driver().manage().logs().get(LogType.PERFORMANCE).getAll())
        .extracting(entry -> entry.getMessage())
        .filteredOn(message -> message.contains("\"Network.requestWillBeSent\""))
        .extracting(
            message -> message.replaceAll("(?s).*\"request\":\\{.*?\"url\":\"([^\"]*)\".*", "$1"))
        .allMatch(
            url ->
                url.startsWith("file:") && url.contains("/report.html")
                    || url.startsWith("data:")
                    || url.equals("about:blank"));
  }

  @Test
  void answersFirstWhetherModelsMayShip() {
    desktop();
    assertThat(browser.driver().findElement(By.tagName("h1")).getText()).isEqualTo("Do not ship");
    browser.picture("desktop");
  }

  @Test
  void filtersByOutcome() {
    desktop();
    for (String outcome : List.of("P", "I")) {
      browser.driver().findElement(By.cssSelector("input[value=" + outcome + "]")).click();
    }
    awaitShown("1 of 4 verdicts shown");
    assertThat(shownCells()).singleElement().asString().contains("FAIL");
  }

  @Test
  void filtersByModel() {
    desktop();
    new Select(id("f-model")).selectByVisibleText("small.onnx 01234567");
    awaitShown("1 of 4 verdicts shown");
    assertThat(shownCells()).singleElement().asString().contains("INCONCLUSIVE", "n = 100");
    assertThat(pressedModels()).containsExactly("small.onnx 01234567");
  }

  @Test
  void filtersByTheModelThatIsClickedAndBack() {
    desktop();
    model("twin.onnx 01234567").click();
    awaitShown("1 of 4 verdicts shown");
    assertThat(new Select(id("f-model")).getFirstSelectedOption().getText()).contains("twin.onnx");
    model("twin.onnx 01234567").click();
    awaitShown("4 of 4 verdicts shown");
  }

  @Test
  void filtersByGroup() {
    desktop();
    new Select(id("f-group")).selectByVisibleText("sex=F");
    awaitShown("2 of 4 verdicts shown");
  }

  @Test
  void filtersByTextThatOnlyTheEvidenceHas() {
    desktop();
    id("f-text").sendKeys("SANDAL 4711");
    awaitShown("1 of 4 verdicts shown");
    assertThat(shownCells()).singleElement().asString().contains("FAIL");
  }

  @Test
  void saysWhenNothingIsLeftAndBringsEverythingBack() {
    desktop();
    id("f-text").sendKeys("no such thing");
    awaitShown("No verdict is like this. “Show all” brings them back.");
    browser.driver().findElement(By.cssSelector("button[type=reset]")).click();
    awaitShown("4 of 4 verdicts shown");
  }

  @Test
  void opensTheEvidenceOfAVerdictAndReturnsToIt() {
    desktop();
    WebElement cell = cell("FAIL");
    cell.click();
    awaitSheet("FAIL");
    assertThat(dialogText())
        .contains("4 of 4", "Refuted", "Worst findings", "sandal", "Reproduce", "Provenance", "42");
    browser.picture("evidence");
    id("close").click();
    browser.until("closed", () -> !isOpen());
    assertThat(browser.driver().switchTo().activeElement()).isEqualTo(cell);
    assertThat(browser.driver().getCurrentUrl()).doesNotContain("#v");
  }

  @Test
  void goesFromVerdictToVerdict() {
    desktop();
    cell("INCONCLUSIVE").click();
    awaitSheet("INCONCLUSIVE");
    assertThat(dialogText()).contains("3 of 4", "about 243 fresh examples would show the claim");
    id("next").click();
    awaitSheet("FAIL");
    assertThat(id("next").isEnabled()).isFalse();
    id("previous").click();
    awaitSheet("INCONCLUSIVE");
  }

  @Test
  void aLinkToAVerdictOpensIt() {
    browser.open(page, 1280, 900, false);
    String address = cell("INCONCLUSIVE").getAttribute("href");
    browser.driver().get("about:blank");
    browser.driver().get(address);
    awaitSheet("INCONCLUSIVE");
  }

  @Test
  void packedEvidenceOpensAsQuickly() {
    browser.open(packed, 1280, 900, false);
    cell("FAIL").click();
    awaitSheet("FAIL");
    assertThat(dialogText()).contains("sandal", "Reproduce");
  }

  @Test
  void packedEvidenceIsSearchedAndPrinted() {
    browser.open(packed, 1280, 900, false);
    id("f-text").sendKeys("SANDAL 4711");
    awaitShown("1 of 4 verdicts shown");
    assertThat((Long) browser.run("return document.querySelectorAll('article.sheet').length"))
        .isEqualTo(4);
    assertThat(browser.driver().findElements(By.cssSelector("script.z"))).isEmpty();
  }

  @Test
  void theEvidenceThatWasAskedForLastIsShown() {
    browser.openAfter("window.requestIdleCallback = () => {}", mixed);
    browser.run(
        "document.querySelector('.c[data-o=P]').click();"
            + " document.querySelector('.c[data-o=F]').click()");
    browser.until(
        "unpacked",
        () -> (Boolean) browser.run("return document.querySelectorAll('article').length === 4"));
    awaitSheet("FAIL");
  }

  @Test
  void aBrowserThatCannotUnpackSaysSo() {
    browser.openAfter("delete window.DecompressionStream", mixed);
    browser.until("told", () -> id("trouble").isDisplayed());
    assertThat(id("trouble").getText()).startsWith("This browser could not unpack the evidence");
    cell("PASS").click();
    cell("FAIL").click();
    awaitSheet("FAIL");
    id("close").click();
    id("f-text").sendKeys("SANDAL 4711");
    awaitShown("1 of 4 verdicts shown");
  }

  @Test
  void paperSaysThatEvidenceWasNotLaidOutYet() {
    browser.openAfter("window.requestIdleCallback = () => {}", packed);
    assertThat(id("late").isDisplayed()).isFalse();
    browser.media("print", false);
    assertThat(id("late").isDisplayed()).isTrue();
    browser.open(packed, 1280, 900, false);
    browser.until(
        "complete",
        () -> (Boolean) browser.run("return document.documentElement.matches('.complete')"));
    browser.media("print", false);
    assertThat(id("late").isDisplayed()).isFalse();
  }

  @Test
  void whatABrowserBringsBackIsFilteredBy() {
    desktop();
    browser.driver().findElement(By.cssSelector("input[value=F]")).click();
    awaitShown("3 of 4 verdicts shown");
    browser.driver().get("about:blank");
    browser.driver().navigate().back();
    browser.until("back", () -> !browser.driver().findElements(By.id("shown")).isEmpty());
    boolean chosen = browser.driver().findElement(By.cssSelector("input[value=F]")).isSelected();
    awaitShown(chosen ? "4 of 4 verdicts shown" : "3 of 4 verdicts shown");
  }

  @Test
  void linesOfAChartAreToldApartWithoutTheirColours() {
    desktop();
    List<?> dashes =
        (List<?>)
            browser.run(
                "const svg = document.querySelector('svg.ch'); return [0, 1, 2, 3].map(i => {"
                    + " const l = svg.appendChild(document.createElementNS("
                    + "'http://www.w3.org/2000/svg', 'path')); l.setAttribute('class', 'l s' + i);"
                    + " return getComputedStyle(l).strokeDasharray; })");
    assertThat(dashes).doesNotHaveDuplicates().hasSize(4);
  }

  @Test
  void theScaleOfAMapIsSaidInVisibleWords() {
    desktop();
    cell("FAIL").click();
    awaitSheet("FAIL");
    assertThat(browser.driver().findElement(By.cssSelector("dialog .sc")).getText())
        .contains("−2, blue", "orange, +2");
  }

  @Test
  void showsEveryPictureOfTheEvidence() {
    desktop();
    cell("FAIL").click();
    awaitSheet("FAIL");
    List<WebElement> images = browser.driver().findElements(By.cssSelector("dialog img"));
    assertThat(images)
        .as("two thumbnails, an input and its map, an input and its two maps, and both in a panel")
        .hasSize(10);
    browser.until(
        "decoded",
        () ->
            (Boolean)
                browser.run(
                    "return [...document.querySelectorAll('dialog img')].every(i => i.complete &&"
                        + " i.naturalWidth > 0)"));
    assertThat(browser.driver().findElements(By.cssSelector("dialog svg.ch"))).hasSize(4);
    assertThat(browser.driver().findElements(By.cssSelector("dialog .rk li"))).hasSize(3);
    assertThat(browser.driver().findElements(By.cssSelector("dialog .th img")))
        .extracting(image -> image.getDomAttribute("alt"))
        .satisfiesExactly(
            alt -> assertThat(alt).startsWith("rank 1: ").endsWith(", score 4, planted"),
            alt -> assertThat(alt).isEqualTo("rank 2: 18, score 2, not planted"));
  }

  @Test
  void tokensShowTheirNumbersOnFocus() {
    desktop();
    cell("FAIL").click();
    awaitSheet("FAIL");
    String number =
        "return getComputedStyle(document.querySelector('dialog .tk .p5'), '::after').content";
    assertThat(browser.run(number)).isEqualTo("none");
    browser.run("document.querySelector('dialog .tk').focus()");
    assertThat(browser.run(number)).isEqualTo("\"+0.5\"");
  }

  @Test
  void followsAModelToItsProvenance() {
    desktop();
    cell("FAIL").click();
    awaitSheet("FAIL");
    browser.driver().findElement(By.cssSelector("dialog dd a")).click();
    browser.until("closed", () -> !isOpen());
    WebElement block = browser.driver().findElement(By.cssSelector("details[open] summary:focus"));
    assertThat(block.getText()).isEqualTo("model: twin.onnx");
  }

  @Test
  void copiesTheCommandThatReproducesIt() {
    desktop();
    browser
        .driver()
        .executeCdpCommand(
            "Browser.grantPermissions",
            Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
    cell("FAIL").click();
    awaitSheet("FAIL");
    WebElement button = browser.driver().findElement(By.cssSelector("dialog .cp"));
    button.click();
    browser.until("copied", () -> button.getText().equals("Copied"));
    assertThat(
            browser
                .driver()
                .executeAsyncScript(
                    "const done = arguments[0]; navigator.clipboard.readText().then(done, e =>"
                        + " done('' + e))"))
        .isEqualTo("./mvnw test -Dtest='ModelTest#isRight' -Dtouchstone.seed=42");
  }

  @Test
  void everythingIsReachedByKeyboardAlone() {
    desktop();
    List<String> walked = new ArrayList<>();
    for (int i = 0; i < 40 && !walked.contains("a.c FAIL"); i++) {
      press(Keys.TAB);
      walked.add(focused());
    }
    assertThat(walked)
        .contains("button.model Do not ship", "input f-text", "select f-model", "a.c FAIL");
    press(Keys.ENTER);
    awaitSheet("FAIL");
    press(Keys.ARROW_LEFT);
    awaitSheet("INCONCLUSIVE");
    press(Keys.ARROW_RIGHT);
    awaitSheet("FAIL");
    press(Keys.ESCAPE);
    browser.until("closed", () -> !isOpen());
    assertThat(focused()).isEqualTo("a.c FAIL");
    new Actions(browser.driver()).sendKeys("/").perform();
    assertThat(focused()).isEqualTo("input f-text");
  }

  @Test
  void whatHasTheFocusIsSeen() {
    desktop();
    for (int i = 0; i < 15; i++) {
      press(Keys.TAB);
      assertThat(focused()).doesNotStartWith("body");
      assertThat(
              (String) browser.run("return getComputedStyle(document.activeElement).outlineStyle"))
          .isIn("solid", "auto");
    }
  }

  @Test
  void hostileTextRunsNothing() {
    desktop();
    cell("PASS").click();
    awaitSheet("PASS");
    new Actions(browser.driver()).sendKeys(Keys.ARROW_RIGHT).perform();
    assertThat(
            (Long)
                browser.run(
                    "return document.querySelectorAll('img[src=x], body script ~ script').length"))
        .isZero();
    assertThat(browser.driver().findElement(By.tagName("body")).getAttribute("innerText"))
        .contains("<script>alert(1)</script>\\u202Egpj");
  }

  @Test
  void scriptsThatAreNotThePagesOwnAreRefused() {
    desktop();
    browser.run(
        "const s = document.createElement('script'); s.textContent = 'window.ran = true';"
            + " document.body.append(s)");
    assertThat(browser.run("return window.ran")).isNull();
    // The browser says so, as it should.
    assertThat(browser.driver().manage().logs().get(LogType.BROWSER).getAll())
        .singleElement()
        .asString()
        .contains("Content Security Policy");
  }

  @ParameterizedTest
  @CsvSource({"1280, 900, false", "1280, 900, true", "390, 844, false", "390, 844, true"})
  void hasNoBarrierThatAxeFinds(int width, int height, boolean dark) throws IOException {
    browser.open(page, width, height, dark);
    assertThat(violations()).isEmpty();
    browser.picture((width < 600 ? "phone" : "desktop") + (dark ? "-dark" : "-light"));
    for (String word : List.of("FAIL", "INCONCLUSIVE", "PASS")) {
      WebElement cell = cell(word);
      browser.run("arguments[0].click()", cell);
      awaitSheet(word);
      browser.run("document.querySelectorAll('dialog details').forEach(d => d.open = true)");
      assertThat(violations()).as(word).isEmpty();
      browser.picture(
          "evidence-" + word + (width < 600 ? "-phone" : "") + (dark ? "-dark" : "-light"));
      id("close").click();
      browser.until("closed", () -> !isOpen());
    }
  }

  @Test
  void aPhoneShowsTheFirstReasonWithoutScrolling() {
    browser.open(page, 390, 844, false);
    assertThat(
            (Double)
                browser.run(
                    "return document.querySelector('.why li').getBoundingClientRect().bottom + .5"))
        .isLessThan(844);
    assertThat(browser.driver().findElement(By.cssSelector(".why li")).getText())
        .contains("FAIL", "twin.onnx", "error rate is");
  }

  @Test
  void aReasonLeadsToItsEvidence() {
    desktop();
    browser.driver().findElement(By.cssSelector(".why a")).click();
    awaitSheet("FAIL");
  }

  @ParameterizedTest
  @ValueSource(ints = {320, 390, 768, 1280})
  void nothingMustBeScrolledSideways(int width) {
    browser.open(page, width, 800, false);
    assertThat((Long) browser.run("return document.documentElement.scrollWidth")).isEqualTo(width);
    browser.run("arguments[0].click()", cell("FAIL"));
    awaitSheet("FAIL");
    assertThat((Long) browser.run("return document.getElementById('sheet').scrollWidth"))
        .isLessThanOrEqualTo(width);
  }

  @Test
  void isLightOnPaperAndDarkOnlyWhereAsked() {
    browser.open(page, 1280, 900, true);
    assertThat(background()).isEqualTo("rgb(22, 21, 20)");
    browser.media("", false);
    assertThat(background()).isEqualTo("rgb(251, 250, 248)");
    browser.media("print", true);
    assertThat(background()).isEqualTo("rgb(255, 255, 255)");
  }

  @Test
  void printsTheEvidenceOfWhatIsShown() throws IOException {
    desktop();
    Pdf whole = print();
    new Select(id("f-model")).selectByVisibleText("small.onnx 01234567");
    awaitShown("1 of 4 verdicts shown");
    Pdf one = print();
    assertThat(pages(whole)).isGreaterThan(pages(one));
    browser.media("print", false);
    browser.run("dispatchEvent(new Event('beforeprint'))");
    assertThat(browser.driver().findElements(By.cssSelector("article.sheet")))
        .filteredOn(WebElement::isDisplayed)
        .singleElement()
        .satisfies(sheet -> assertThat(sheet.getText()).contains("INCONCLUSIVE"));
    assertThat(id("filters").isDisplayed()).isFalse();
    browser.picture("print");
  }

  @Test
  void paperSaysWhatItIsFilteredBy() {
    desktop();
    browser.media("print", false);
    assertThat(id("only").isDisplayed()).isFalse();
    browser.media("", false);
    new Select(id("f-model")).selectByVisibleText("small.onnx 01234567");
    awaitShown("1 of 4 verdicts shown");
    browser.driver().findElement(By.cssSelector("input[value=P]")).click();
    // The count stays what it was, and the page waits for further keys before it filters.
    browser.until(
        "the outcomes among what is said on paper",
        () -> id("only").getDomProperty("textContent").contains("outcome"));
    assertThat(id("only").isDisplayed()).isFalse();
    browser.media("print", false);
    assertThat(id("only").getText())
        .isEqualTo(
            "Only 1 of 4 verdicts are shown here, those with model small.onnx 01234567; outcome"
                + " FAIL, INCONCLUSIVE. The answer above counts all of them.");
  }

  @Test
  void wideTablesFitOnPaper() {
    // Letter, upright, between the margins that browsers leave.
    browser.open(wide, 739, 900, false);
    browser.media("print", false);
    assertThat(
            (List<?>)
                browser.run(
                    "return [...document.querySelectorAll('.c')].map(c =>"
                        + " c.getBoundingClientRect()).filter(r => r.width < 80 || r.right >"
                        + " 739).map(r => r.right)"))
        .isEmpty();
    assertThat(browser.driver().findElements(By.cssSelector(".c"))).hasSize(10);
    browser.picture("print-wide");
  }

  private static void desktop() {
    browser.open(page, 1280, 900, false);
  }

  private static Pdf print() {
    return browser.driver().print(new PrintOptions());
  }

  private static long pages(Pdf pdf) {
    String content =
        new String(Base64.getDecoder().decode(pdf.getContent()), StandardCharsets.ISO_8859_1);
    return content.split("/Type */Page[^s]", -1).length - 1L;
  }

  private static WebElement id(String id) {
    return browser.driver().findElement(By.id(id));
  }

  private static WebElement cell(String word) {
    return browser.driver().findElements(By.cssSelector(".c")).stream()
        .filter(cell -> cell.findElement(By.className("o")).getText().equals(word))
        .findFirst()
        .orElseThrow();
  }

  private static WebElement model(String name) {
    return browser.driver().findElements(By.className("model")).stream()
        .filter(model -> model.getText().contains(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> pressedModels() {
    return browser.driver().findElements(By.cssSelector(".model[aria-pressed=true] .name")).stream()
        .map(WebElement::getText)
        .toList();
  }

  private static List<String> shownCells() {
    return browser.driver().findElements(By.cssSelector(".c")).stream()
        .filter(WebElement::isDisplayed)
        .map(WebElement::getText)
        .toList();
  }

  private static void awaitShown(String text) {
    browser.until("“" + text + "”", () -> id("shown").getText().equals(text));
  }

  private static boolean isOpen() {
    return (Boolean) browser.run("return document.getElementById('sheet').open");
  }

  private static void awaitSheet(String word) {
    browser.until(
        "a sheet of " + word,
        () ->
            browser
                    .driver()
                    .findElements(By.cssSelector("dialog[open] h3 ." + word.charAt(0)))
                    .size()
                == 1);
  }

  private static String dialogText() {
    return id("sheet").getText();
  }

  private static void press(Keys key) {
    new Actions(browser.driver()).sendKeys(key).perform();
  }

  /** What has the focus: its tag with class or id, and the first line of its text. */
  private static String focused() {
    return (String)
        browser.run(
            "const e = document.activeElement; return e.tagName.toLowerCase() +"
                + " (e.id ? ' ' + e.id : '.' + e.className + ' ' +"
                + " (e.querySelector('.o')?.textContent ?? ''))");
  }

  private static String background() {
    return (String) browser.run("return getComputedStyle(document.body).backgroundColor");
  }

  /** What axe-core finds against WCAG 2.2, level AA, and against good practice. */
  @SuppressWarnings("unchecked")
  private static List<String> violations() throws IOException {
    try (InputStream axe = ReportInBrowserTest.class.getResourceAsStream("/axe.min.js")) {
      browser.run(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
    }
    return (List<String>)
        browser
            .driver()
            .executeAsyncScript(
                "const done = arguments[0];"
                    + "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',"
                    + " 'wcag22aa', 'best-practice']}).then(r => done(r.violations.flatMap(v =>"
                    + " v.nodes.map(n => v.id + ': ' + n.html.slice(0, 200) + ' ' +"
                    + " n.failureSummary))), e => done(['axe failed: ' + e]))");
  }
}
