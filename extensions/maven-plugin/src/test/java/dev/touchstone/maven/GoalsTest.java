package dev.touchstone.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.evidence.record.ErrorRates;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.SettingNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.DefaultMavenExecutionResult;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Build;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;

/** The goals on a build of two modules, as Maven would call them. */
class GoalsTest {
  private static final byte[] WEIGHTS = "the weights".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  private final List<String> log = new ArrayList<>();
  private Path policy;

  @BeforeEach
  void files() throws IOException {
    Files.write(directory.resolve("income.pt"), WEIGHTS);
    policy = directory.resolve("policy.yaml");
  }

  private void judged(String module, int errorsOfThousand) {
    ErrorRates.write(
        directory.resolve(module).resolve("target/touchstone"),
        "income.pt",
        Digest.ofBytes(WEIGHTS),
        errorsOfThousand);
  }

  @SuppressWarnings("deprecation") // The only constructor that needs no container.
  private <M extends CommandMojo> M in(M mojo) {
    List<MavenProject> projects = List.of(project(""), project("module"), project("silent"));
    DefaultMavenExecutionRequest request = new DefaultMavenExecutionRequest();
    mojo.session = new MavenSession(null, null, request, new DefaultMavenExecutionResult());
    mojo.session.setProjects(projects);
    mojo.setLog(
        new SystemStreamLog() {
          @Override
          public void info(CharSequence line) {
            log.add(line.toString());
          }
        });
    return mojo;
  }

  private MavenProject project(String module) {
    MavenProject project = new MavenProject();
    project.setFile(directory.resolve(module).resolve("pom.xml").toFile());
    project.setExecutionRoot(module.isEmpty());
    Build build = new Build();
    build.setDirectory(directory.resolve(module).resolve("target").toString());
    project.setBuild(build);
    return project;
  }

  private GateMojo gate() {
    GateMojo gate = in(new GateMojo());
    gate.models = List.of("income.pt");
    gate.policy = policy.toFile();
    return gate;
  }

  private void writePolicy() throws Exception {
    PolicyInitMojo init = in(new PolicyInitMojo());
    init.policy = policy.toFile();
    init.execute();
  }

  @Test
  void aPolicyIsWrittenFromARunAndTheModelShipsByIt() throws Exception {
    judged("module", 10);
    writePolicy();
    gate().execute();
    assertThat(log).anySatisfy(line -> assertThat(line).contains("SHIP"));
    assertThat(directory.resolve("target/touchstone/decision/decision.json")).exists();

    VerifyMojo verify = in(new VerifyMojo());
    verify.models = List.of("income.pt");
    verify.policy = policy.toFile();
    verify.execute();
    assertThat(log).last().asString().contains("follows from these files");
  }

  @Test
  void aRefutedModelFailsTheBuildWithTheReasons() throws Exception {
    judged("module", 10);
    writePolicy();
    judged("module", 300);
    assertThatThrownBy(() -> gate().execute())
        .isInstanceOf(MojoFailureException.class)
        .hasMessage("DO NOT SHIP; the reasons are above");
    assertThat(log).anySatisfy(line -> assertThat(line).contains("DO NOT SHIP"));
  }

  @Test
  void verdictsOnAnotherModelDecideNothing() throws Exception {
    judged("module", 10);
    writePolicy();
    Files.writeString(directory.resolve("other.pt"), "other weights");
    GateMojo gate = gate();
    gate.models = List.of("other.pt");
    assertThatThrownBy(gate::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessage("NOT DECIDED; the reasons are above");
  }

  @Test
  void withoutVerdictsNothingIsDecided() {
    assertThatThrownBy(() -> gate().execute())
        .isInstanceOf(MojoFailureException.class)
        .hasMessageStartingWith("NOT DECIDED: no module of this build has target/touchstone/");
    assertThatThrownBy(() -> in(new ReportMojo()).execute())
        .isInstanceOf(MojoFailureException.class);
  }

  @Test
  void anAuditorAsksOnlyWhetherADecisionFollowed() throws Exception {
    judged("module", 10);
    writePolicy();
    gate().execute();
    VerifyMojo verify = in(new VerifyMojo());
    verify.models = List.of("income.pt");
    verify.policy = policy.toFile();
    assertThat(verify.arguments()).doesNotContain("--as-decided");
    verify.asDecided = true;
    assertThat(verify.arguments()).containsSubsequence("--as-decided", "--verdicts");
    verify.execute();
    assertThat(log).last().asString().contains("follows from these files");
  }

  @Test
  void anEarlierApprovalDoesNotOutliveABuildWithoutVerdicts() throws Exception {
    judged("module", 10);
    writePolicy();
    gate().execute();
    Path decision = directory.resolve("target/touchstone/decision");
    assertThat(decision.resolve("income.pt.intoto.json")).content().contains("PASSED");
    Files.move(directory.resolve("module/target"), directory.resolve("elsewhere"));
    assertThatThrownBy(() -> gate().execute())
        .isInstanceOf(MojoFailureException.class)
        .hasMessageStartingWith("NOT DECIDED");
    assertThat(decision).isEmptyDirectory();
  }

  @Test
  void aModuleWhoseTestsWereKilledIsNotLeftOut() throws Exception {
    judged("", 10);
    writePolicy();
    judged("module", 10);
    // As a kill leaves it: lines that no JVM has merged.
    Files.delete(directory.resolve("module/target/touchstone/verdicts.json"));
    assertThatThrownBy(() -> gate().execute())
        .isInstanceOf(MojoExecutionException.class)
        .hasMessageContaining("its run was killed before it ended: run the tests again");
  }

  @Test
  void badInputIsAnErrorAndNoDecision() {
    judged("module", 10);
    assertThatThrownBy(() -> gate().execute())
        .isInstanceOf(MojoExecutionException.class)
        .hasMessageContaining("policy.yaml");
    GateMojo withoutModel = gate();
    withoutModel.models = List.of();
    assertThatThrownBy(withoutModel::execute)
        .isInstanceOf(MojoExecutionException.class)
        .hasMessageStartingWith("no model; say which file asks to be shipped");
  }

  @Test
  void verdictsThatLieElsewhereAreNamed() throws Exception {
    judged("elsewhere", 10);
    PolicyInitMojo init = in(new PolicyInitMojo());
    init.policy = policy.toFile();
    init.verdicts = List.of(directory.resolve("elsewhere").toFile());
    init.execute();
    assertThat(policy).content().contains("income.pt");
  }

  @Test
  void theReportShowsTheVerdictsOfAllModules() throws Exception {
    judged("", 10);
    judged("module", 10);
    in(new ReportMojo()).execute();
    // Not compared as a whole: a message would hold the page.
    assertThat(Files.readString(directory.resolve("target/touchstone/report.html")).lines())
        .anyMatch(line -> line.contains("income.pt"))
        .last()
        .isEqualTo("</html>");
    assertThat(log).first().asString().endsWith("report.html");
  }

  @Test
  void theReportIsComparedWithTheBaselinesOfTheModules() throws Exception {
    judged("module", 10);
    Path page = directory.resolve("target/touchstone/report.html");
    in(new ReportMojo()).execute();
    assertThat(Files.readString(page).contains("not in the baseline")).isFalse();
    Path resources = Files.createDirectories(directory.resolve("module/src/test/resources"));
    Files.writeString(
        resources.resolve("touchstone-baseline.json"),
        "{\"schema\":\"touchstone-baseline/1\",\"approved\":[],\"known\":[]}");
    in(new ReportMojo()).execute();
    assertThat(Files.readString(page).contains("not in the baseline")).isTrue();
  }

  @Test
  void theReportMarksDiscoveriesAsAsked() throws Exception {
    judged("module", 300);
    ReportMojo report = in(new ReportMojo());
    report.discoveries = "benjamini-hochberg";
    report.execute();
    assertThat(
            Files.readString(directory.resolve("target/touchstone/report.html"))
                .contains("(Benjamini-Hochberg)"))
        .isTrue();
  }

  @Test
  void aStudyIsMadeOfThePanelsOfAllModulesAndNeverOverOneThatIsThere() throws Exception {
    ErrorRates.writeShowing(
        directory.resolve("module/target/touchstone"), "normal.onnx", "spurious.onnx");
    StudyMojo study = in(new StudyMojo());
    study.question = "Would you sell it?";
    study.execute();
    assertThat(Files.readString(directory.resolve("target/touchstone/study.html")))
        .contains("Would you sell it?", "What speaks for it");
    assertThat(log).last().asString().contains("\"normal.onnx\", \"spurious.onnx\"");
    assertThatThrownBy(study::execute)
        .isInstanceOf(MojoExecutionException.class)
        .hasMessageContaining("is there already");
  }

  @Test
  void verdictsWithoutPanelsMakeNoStudy() {
    judged("module", 10);
    assertThatThrownBy(() -> in(new StudyMojo()).execute())
        .isInstanceOf(MojoExecutionException.class)
        .hasMessageContaining("show(ExplanationPanel.of");
  }

  @Test
  void anAuditSetIsBegun() throws Exception {
    AuditInitMojo init = in(new AuditInitMojo());
    init.data =
        Files.writeString(
                directory.resolve("applications.csv"), "id,denied,debt\na,no,1\nb,yes,2\nc,no,3\n")
            .toFile();
    init.schema =
        Files.writeString(
                directory.resolve("schema.json"),
                """
                {"id": "id", "label": "denied", "classes": ["no", "yes"],
                 "features": [{"name": "debt", "type": "numeric"}]}
                """)
            .toFile();
    init.concepts = List.of("debt", "steady income");
    init.importances = true;
    init.out = directory.resolve("audit.csv").toFile();
    init.execute();
    assertThat(Files.readAllLines(directory.resolve("audit.csv")))
        .hasSize(4)
        .first()
        .isEqualTo(
            "id,chosen,stands for,debt,steady income,importance of debt,importance of steady"
                + " income,label,confidence");
    assertThat(log).last().asString().contains("fill in its empty cells");
    assertThatThrownBy(init::execute)
        .isInstanceOf(MojoExecutionException.class)
        .hasMessageContaining("is there already");
  }

  @Test
  void thePluginsDescriptorNamesTheGoals() throws Exception {
    NodeList goals =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("target/classes/META-INF/maven/plugin.xml").toFile())
            .getElementsByTagName("goal");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < goals.getLength(); i++) {
      names.add(goals.item(i).getTextContent());
    }
    assertThat(names)
        .containsExactlyInAnyOrder(
            "gate", "verify", "policy-init", "audit-init", "report", "study", "tests-ran");
  }

  /** Maven hands its command line on to the tests, which refuse settings that are none. */
  @Test
  void theTestsKnowEverySettingOfTheGoals() throws Exception {
    String descriptor = Files.readString(Path.of("target/classes/META-INF/maven/plugin.xml"));
    List<String> settings =
        Pattern.compile("\\$\\{(touchstone\\.[^}]+)\\}")
            .matcher(descriptor)
            .results()
            .map(match -> match.group(1))
            .distinct()
            .toList();
    assertThat(settings).hasSizeGreaterThanOrEqualTo(11).allMatch(SettingNames::isKnown);
  }
}
