package dev.touchstone.gate.handoff;

import dev.touchstone.facts.DataFacts;
import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Caution;
import dev.touchstone.gate.Decision;
import dev.touchstone.gate.Ground;
import dev.touchstone.graph.onnx.FileDigests.OfFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.model.Property;
import org.cyclonedx.model.component.ModelCard;
import org.cyclonedx.model.component.data.ComponentData;
import org.cyclonedx.model.component.data.ComponentData.ComponentDataType;
import org.cyclonedx.model.component.data.Content;
import org.cyclonedx.model.component.data.DatasetChoice;
import org.cyclonedx.model.component.modelCard.Considerations;
import org.cyclonedx.model.component.modelCard.ModelParameters;
import org.cyclonedx.model.component.modelCard.PerformanceMetric;
import org.cyclonedx.model.component.modelCard.PerformanceMetric.ConfidenceInterval;
import org.cyclonedx.model.component.modelCard.QuantitativeAnalysis;
import org.cyclonedx.model.metadata.ToolInformation;

/**
 * A decision about one model as a CycloneDX 1.6 ML-BOM: a machine-learning model with its model
 * card, whose performance metrics have slices and confidence intervals. They are those that the
 * policy asked for: the format has no place to say of a metric on which data, when and by whom it
 * was measured, so that others could not be told from them.
 */
final class ModelCardBom {
  private ModelCardBom() {}

  static String write(Decision decision, Candidate candidate) {
    Bom bom = new Bom();
    // The same decision has the same number, so that writing it again changes nothing.
    bom.setSerialNumber(
        "urn:uuid:"
            + UUID.nameUUIDFromBytes(
                (candidate.sha256() + decision.policy().sha256() + decision.at())
                    .getBytes(StandardCharsets.UTF_8)));
    bom.setVersion(1);
    Metadata metadata = new Metadata();
    metadata.setTimestamp(Date.from(decision.at()));
    metadata.setToolChoice(tool());
    metadata.setComponent(model(decision, candidate));
    bom.setMetadata(metadata);
    try {
      return DecisionJson.inert(
              BomGeneratorFactory.createJson(Version.VERSION_16, bom)
                  .toJsonString(true)
                  .replace(System.lineSeparator(), "\n"))
          + "\n";
    } catch (GeneratorException e) {
      throw new IllegalStateException("the model card could not be written", e);
    }
  }

  private static ToolInformation tool() {
    Component touchstone = new Component();
    touchstone.setType(Component.Type.APPLICATION);
    touchstone.setName("touchstone");
    String version = ModelCardBom.class.getPackage().getImplementationVersion();
    if (version != null) {
      touchstone.setVersion(version);
    }
    ToolInformation tool = new ToolInformation();
    tool.setComponents(List.of(touchstone));
    return tool;
  }

  private static Component model(Decision decision, Candidate candidate) {
    Component model = new Component();
    model.setType(Component.Type.MACHINE_LEARNING_MODEL);
    model.setBomRef("model-" + candidate.sha256());
    model.setName(candidate.name());
    List<OfFile> files = candidate.digests().files();
    if (files.size() == 1) {
      model.setHashes(sha256(files.get(0)));
    } else {
      // The digest over all files is that of none, so that no other tool could check it.
      model.setComponents(files.stream().map(ModelCardBom::file).toList());
    }
    model.setModelCard(card(decision, candidate));
    List<Property> properties = new ArrayList<>();
    properties.add(new Property("touchstone:sha256", candidate.sha256()));
    properties.add(new Property("touchstone:ruling", decision.rulingOn(candidate).name()));
    properties.add(new Property("touchstone:policy", decision.policy().policy().name()));
    properties.add(new Property("touchstone:policy:sha256", decision.policy().sha256()));
    Metrics.model(decision, candidate)
        .forEach((fact, value) -> properties.add(new Property("touchstone:model:" + fact, value)));
    Metrics.ofTrainers(decision, candidate).forEach(of -> trainer(of, properties));
    model.setProperties(properties);
    return model;
  }

  /** Not among the performance metrics: these were measured on other models of the trainer. */
  private static void trainer(Metrics.OfTrainer trainer, List<Property> properties) {
    String name = "touchstone:trainer:" + trainer.sha256();
    properties.add(new Property(name, trainer.name()));
    trainer.claims().forEach(claim -> properties.add(new Property(name + ":claim", claim)));
    for (Metrics.Named named : trainer.shown()) {
      Metrics.Metric metric = named.metric();
      properties.add(
          new Property(
              String.join(":", name, named.of(), metric.quantity(), metric.slice()),
              (metric.isEstimated()
                      ? metric.value()
                          + " ["
                          + metric.interval().lower()
                          + ", "
                          + metric.interval().upper()
                          + "]"
                      : "not estimated: " + metric.method())
                  + ", n = "
                  + metric.sampleSize()
                  + " "
                  + metric.unit()));
    }
    trainer.notes().forEach(note -> properties.add(new Property(name + ":note", note)));
  }

  private static List<Hash> sha256(OfFile file) {
    return List.of(new Hash(Hash.Algorithm.SHA_256, file.sha256()));
  }

  private static Component file(OfFile of) {
    Component file = new Component();
    file.setType(Component.Type.FILE);
    file.setName(of.name());
    file.setHashes(sha256(of));
    return file;
  }

  private static ModelCard card(Decision decision, Candidate candidate) {
    ModelCard card = new ModelCard();
    ModelParameters parameters = new ModelParameters();
    parameters.setDatasets(
        Metrics.data(Metrics.verdictsShown(decision, candidate)).values().stream()
            .map(ModelCardBom::dataset)
            .toList());
    card.setModelParameters(parameters);
    QuantitativeAnalysis analysis = new QuantitativeAnalysis();
    analysis.setPerformanceMetrics(
        Metrics.shown(decision, candidate).stream().map(ModelCardBom::metric).toList());
    card.setQuantitativeAnalysis(analysis);
    Considerations considerations = new Considerations();
    List<String> limitations = new ArrayList<>(Metrics.notes(decision, candidate));
    for (Metrics.Metric metric : Metrics.shown(decision, candidate)) {
      if (!metric.isEstimated()) {
        limitations.add(
            "%s (%s) is not estimated: %s"
                .formatted(metric.quantity(), metric.slice(), metric.method()));
      }
    }
    for (Ground ground : decision.groundsAbout(candidate)) {
      limitations.add(
          (ground.claim().isEmpty() ? "" : ground.claim() + ": ") + ground.reason().problem());
    }
    for (Caution caution : decision.cautions()) {
      if (caution.model().equals(candidate.name())) {
        limitations.add(caution.claim() + ": " + caution.warning().text());
      }
    }
    considerations.setTechnicalLimitations(limitations);
    card.setConsiderations(considerations);
    return card;
  }

  private static DatasetChoice dataset(DataFacts facts) {
    ComponentData data = new ComponentData();
    data.setType(ComponentDataType.DATASET);
    data.setName(facts.name().isEmpty() ? "data" : facts.name());
    Content content = new Content();
    content.setProperties(
        facts.texts().entrySet().stream()
            .map(fact -> new Property("touchstone:data:" + fact.getKey(), fact.getValue()))
            .toList());
    data.setContents(content);
    DatasetChoice choice = new DatasetChoice();
    choice.setComponentData(data);
    return choice;
  }

  private static PerformanceMetric metric(Metrics.Metric measured) {
    PerformanceMetric metric = new PerformanceMetric();
    metric.setType(measured.quantity());
    metric.setSlice(measured.slice());
    if (!measured.isEstimated()) {
      // Why stands among the limitations: the format has no place for it here.
      return metric;
    }
    metric.setValue(Double.toString(measured.value()));
    ConfidenceInterval interval = new ConfidenceInterval();
    interval.setLowerBound(Double.toString(measured.interval().lower()));
    interval.setUpperBound(Double.toString(measured.interval().upper()));
    metric.setConfidenceInterval(interval);
    return metric;
  }
}
