package dev.touchstone.samples;

import dev.touchstone.data.AnnotationColumns;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.CsvSource;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.guiding.repair.AnnotatedConcepts;
import dev.touchstone.guiding.repair.CarvedModel;
import dev.touchstone.guiding.repair.Carving;
import dev.touchstone.guiding.repair.GuidedBottleneck;
import dev.touchstone.guiding.repair.ModelRepair;
import dev.touchstone.guiding.repair.RepairTask;
import dev.touchstone.guiding.repair.RepairedModel;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;

/**
 * Boston mortgages. The model denies single applicants more often than married ones with the same
 * debts and the same record; whoever audits it says that being single is no reason.
 */
public final class Lending {
  private static final String[] REASONS = {
    "pirat", "hirat", "lvrat", "chist", "mhist", "phist=yes", "insurance=yes", "single=yes"
  };

  private Lending() {}

  /** The model, or another one in its place. It denies from a probability of .12 on. */
  public static Classifier model(String file) {
    return Models.onnx(file).decidingAt(0.12).emittingLogits();
  }

  public static Classifier model() {
    return model("classpath:models/hmda-logistic.onnx");
  }

  private static CsvSource table(String part) {
    return Datasets.csv("classpath:data/hmda/%s.csv".formatted(part))
        .schema("classpath:data/hmda/schema.json");
  }

  /** What it was trained on; the reasons stand in columns, too. */
  static Dataset train() {
    return table("train")
        .groups("pirat", "hirat", "lvrat", "chist", "mhist", "phist", "insurance", "single")
        .load();
  }

  /** Applications that nobody audited. */
  public static Dataset test() {
    return audit().removedFrom(table("test").groups("single").load());
  }

  /** 150 applications that an expert went through: being single means nothing. */
  public static AuditSet audit() {
    return AuditSet.read(
        table("audit"),
        AnnotationColumns.ofConcepts("single")
            .conceptWords("no", "yes")
            .globalImportances(0)
            .confidence("sure"));
  }

  /** The model without being single as a reason, and all else that it decides by. */
  public static RepairedModel repaired(ModelRepair repair) {
    Dataset train = train();
    return repair.repair(
        RepairTask.of(model(), train, audit(), AnnotatedConcepts.ofColumns(train, REASONS)),
        RunContext.current());
  }

  public static RepairedModel repaired() {
    return repaired(GuidedBottleneck.withDefaults().keepingClassShares());
  }

  /** What a model decides by, in the reasons that the forms ask for. */
  public static CarvedModel carved(Classifier model) {
    Dataset train = train();
    return Carving.withDefaults()
        .carve(model, train, AnnotatedConcepts.ofColumns(train, REASONS), RunContext.current())
        .requiringFidelity(0.8, test());
  }
}
