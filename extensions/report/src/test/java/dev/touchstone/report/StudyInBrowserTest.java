package dev.touchstone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.figure.Panel;
import dev.touchstone.evidence.record.RecordedFigure;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictSource;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.logging.LogType;

/** A study as a participant does it, in a browser. */
class StudyInBrowserTest {
  private static final String HOSTILE = "a,\"b\"<script>alert(1)</script>";

  @TempDir static Path directory;

  private static Browser browser;
  private static Path page;

  private static RecordedFigure panel(String model, String example) {
    Panel panel = Verdicts.panel("words of " + example);
    return new RecordedFigure(
        new Shown(
            model + " on test.csv",
            new Panel(example, model + " on " + example, panel.facts(), panel.parts()),
            Verdicts.provenance(model)),
        Optional.empty(),
        Verdicts.SOURCE);
  }

  private static RecordedVerdicts showing(RecordedFigure... shown) {
    VerdictSource of = Verdicts.SOURCE;
    return new RecordedVerdicts(List.of(of), List.of(), List.of(shown));
  }

  @BeforeAll
  static void writeThePage() {
    browser = Browser.start();
    page = directory.resolve("study.html");
    StudyPage.of(
            showing(
                panel("normal.onnx", "example 1"),
                panel("normal.onnx", "example 2"),
                panel(HOSTILE, "example 1"),
                panel(HOSTILE, "example 2")))
        .asking("Would you sell <it>?")
        .writeTo(page);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void nothingIsLogged() {
    assertThat(browser.driver().manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
  }

  private static WebElement the(String id) {
    return browser.driver().findElement(By.id(id));
  }

  private static void begin(String code) {
    the("who").sendKeys(code, Keys.ENTER);
    browser.until("the first question", () -> the("ask").isDisplayed());
  }

  /** By keyboard alone: as many times to the right as the rating is more than one. */
  private static void answer(int rating, String reason) {
    WebElement first = browser.driver().findElement(By.cssSelector("input[name=rating]"));
    first.sendKeys(Keys.SPACE);
    for (int step = 1; step < rating; step++) {
      browser.driver().switchTo().activeElement().sendKeys(Keys.ARROW_DOWN);
    }
    browser
        .driver()
        .findElement(By.cssSelector("input[name=reason][value='the answer was right']"))
        .sendKeys(Keys.SPACE);
    if (!reason.isEmpty()) {
      the("words").sendKeys(reason);
    }
    browser.driver().findElement(By.cssSelector("#ask button")).sendKeys(Keys.ENTER);
  }

  private static List<List<String>> answers() {
    List<List<String>> rows = new ArrayList<>();
    for (String line : the("csv").getDomProperty("value").lines().skip(1).toList()) {
      List<String> cells = new ArrayList<>();
      java.util.regex.Matcher cell =
          java.util.regex.Pattern.compile("(?:^|,)(?:\"((?:[^\"]|\"\")*)\"|([^,]*))").matcher(line);
      while (cell.find()) {
        cells.add(cell.group(1) == null ? cell.group(2) : cell.group(1).replace("\"\"", "\""));
      }
      rows.add(cells);
    }
    return rows;
  }

  @Test
  void aParticipantSeesEveryPanelAndTheFirstOneAgain() {
    browser.open(page, 1280, 900, false);
    begin("p01");
    assertThat(browser.driver().findElement(By.tagName("legend")).getText())
        .isEqualTo("Would you sell <it>?");
    for (int question = 0; question < 5; question++) {
      assertThat(the("where").getText()).isEqualTo("Answer " + (question + 1) + " of 5");
      assertThat(the("panel").getText())
          .contains("words of example")
          .doesNotContain("normal.onnx")
          .doesNotContain("alert(1)");
      if (question == 0) {
        browser.picture("study");
      }
      answer(question + 1, question == 1 ? "odd, \"really\"" : "");
    }
    browser.until("the end", () -> the("end").isDisplayed());
    List<List<String>> rows = answers();
    assertThat(rows).hasSize(5).allSatisfy(row -> assertThat(row).hasSize(5));
    assertThat(rows).extracting(row -> row.get(0)).containsOnly("p01");
    assertThat(rows).extracting(row -> row.get(3)).containsExactly("1", "2", "3", "4", "5");
    assertThat(rows.get(1).get(4)).isEqualTo("other: odd, \"really\"");
    assertThat(rows.get(0).get(4)).isEqualTo("the answer was right");
    assertThat(rows.subList(0, 4))
        .extracting(row -> row.subList(1, 3))
        .containsExactlyInAnyOrder(
            List.of("normal.onnx", "example 1"),
            List.of("normal.onnx", "example 2"),
            List.of(HOSTILE, "example 1"),
            List.of(HOSTILE, "example 2"));
    assertThat(rows.get(4).subList(1, 3)).isEqualTo(rows.get(0).subList(1, 3));
    assertThat(the("save").getDomAttribute("download")).isEqualTo("answers-p01.csv");
    Object saved =
        browser
            .driver()
            .executeAsyncScript(
                "const done=arguments[0];fetch(document.getElementById('save').href)"
                    + ".then(r=>r.text()).then(done,e=>done('blocked'))");
    // Nothing may be requested, not even this; what is saved is the same text.
    assertThat(saved).isEqualTo("blocked");
    browser.driver().manage().logs().get(LogType.BROWSER);
    the("save").click();
  }

  @Test
  void anAnswerWithoutARatingOrAReasonIsAskedForAgain() {
    browser.open(page, 390, 844, true);
    begin("p02");
    WebElement next = browser.driver().findElement(By.cssSelector("#ask button"));
    next.sendKeys(Keys.ENTER);
    assertThat(the("where").getText()).isEqualTo("Answer 1 of 5");
    browser.driver().findElement(By.cssSelector("input[name=rating]")).sendKeys(Keys.SPACE);
    next.sendKeys(Keys.ENTER);
    assertThat(the("where").getText()).isEqualTo("Answer 1 of 5");
    browser
        .driver()
        .findElement(By.cssSelector("input[name=reason][value=other]"))
        .sendKeys(Keys.SPACE);
    next.sendKeys(Keys.ENTER);
    assertThat(the("where").getText()).isEqualTo("Answer 1 of 5");
    the("words").sendKeys("because");
    browser.picture("study-phone");
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('body *')].filter(e=>"
                    + "e.getBoundingClientRect().right>document.documentElement.clientWidth+1"
                    + "&&!e.closest('.wide')).map(e=>e.tagName+'.'+e.className+'#'+e.id)"))
        .isEqualTo(List.of());
    next.sendKeys(Keys.ENTER);
    assertThat(the("where").getText()).isEqualTo("Answer 2 of 5");
  }

  @Test
  void acodeHasItsOwnOrder() {
    Map<List<Object>, String> orders = new LinkedHashMap<>();
    for (String code : List.of("a", "b", "c", "d", "a")) {
      browser.open(page, 1280, 900, false);
      begin(code);
      List<Object> order = new ArrayList<>();
      for (int question = 0; question < 5; question++) {
        answer(1, "");
      }
      browser.until("the end", () -> the("end").isDisplayed());
      answers().forEach(row -> order.add(row.subList(1, 3)));
      orders.merge(order, code, String::concat);
      the("save").click();
    }
    assertThat(orders).hasSizeGreaterThan(2);
    assertThat(orders.values()).anyMatch(codes -> codes.contains("a") && codes.endsWith("a"));
  }

  @Test
  void aStudyOfOneModelOrOfOnePanelTwiceIsRefused() {
    assertThatThrownBy(() -> StudyPage.of(showing(panel("a.onnx", "example 1"))))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("two models")
        .hasMessageContaining("ExplanationPanel");
    assertThatThrownBy(
            () -> StudyPage.of(showing(panel("a.onnx", "example 1"), panel("a.onnx", "example 1"))))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("example 1")
        .hasMessageContaining("a.onnx");
  }
}
