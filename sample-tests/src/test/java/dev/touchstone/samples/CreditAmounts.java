package dev.touchstone.samples;

import dev.touchstone.data.AnnotationColumns;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.CsvSource;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.guiding.repair.AnnotatedConcepts;
import dev.touchstone.guiding.repair.CarvedRegressor;
import dev.touchstone.guiding.repair.Carving;
import dev.touchstone.guiding.repair.GuidedValueBottleneck;
import dev.touchstone.guiding.repair.RepairedRegressor;
import dev.touchstone.guiding.repair.ValueRepairTask;
import dev.touchstone.model.Models;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;
import java.util.stream.IntStream;

/**
 * Amounts of German credits. The approved ridge regression lends 640 DM more to whoever has a
 * telephone; whoever audits it says that a telephone is no reason.
 */
public final class CreditAmounts {
  private static final String[] REASONS = {
    "duration",
    "installment_commitment",
    "residence_since",
    "existing_credits",
    "purpose=used car",
    "purpose=radio/tv",
    "property_magnitude=real estate",
    "property_magnitude=no known property",
    "job=high qualif/self emp/mgmt",
    "checking_status=0<=X<200",
    "savings_status=no known savings",
    "own_telephone=yes"
  };

  private static final int AUDITED = 150;

  private CreditAmounts() {}

  /** The model, or another one in its place. */
  public static Regressor model(String file) {
    return Models.onnx(file).emittingValues();
  }

  public static Regressor model() {
    return model("classpath:models/german-ridge.onnx");
  }

  private static CsvSource table(String part) {
    return Datasets.csv("classpath:data/german/%s.csv".formatted(part))
        .schema("classpath:data/german/schema.json");
  }

  /** What it was trained on, but for a credit that was audited, too; reasons stand in columns. */
  static Dataset train() {
    return audit().removedFrom(trained());
  }

  private static Dataset trained() {
    return table("train")
        .groups(
            "duration",
            "installment_commitment",
            "residence_since",
            "existing_credits",
            "purpose",
            "property_magnitude",
            "job",
            "checking_status",
            "savings_status",
            "own_telephone")
        .load();
  }

  /** Credits that nobody audited. */
  public static Dataset test() {
    return audit().removedFrom(table("test").groups("own_telephone").load());
  }

  /** 150 amounts that somebody compared with the contracts: a telephone means nothing. */
  public static AuditSet audit() {
    return AuditSet.read(
            table("test"),
            AnnotationColumns.ofConcepts("own_telephone")
                .conceptWords("none", "yes")
                .globalImportances(0))
        .select(IntStream.range(0, AUDITED).toArray(), "compared with the contracts");
  }

  /** The model without the telephone as a reason. */
  public static RepairedRegressor repaired() {
    Dataset train = train();
    return GuidedValueBottleneck.withDefaults()
        .repair(
            ValueRepairTask.of(
                model(), train, audit(), AnnotatedConcepts.ofColumns(train, REASONS)),
            RunContext.current());
  }

  /** What a model goes by, in the reasons that the forms ask for. */
  public static CarvedRegressor carved(Regressor model) {
    Dataset train = train();
    return Carving.withDefaults()
        .carve(model, train, AnnotatedConcepts.ofColumns(train, REASONS), RunContext.current())
        .requiringFidelity(0.8, 1000, test());
  }
}
