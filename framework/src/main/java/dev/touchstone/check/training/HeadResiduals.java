package dev.touchstone.check.training;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.statistics.MedianEstimate;
import dev.touchstone.statistics.Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How far the heads of all plantings, and the products with their inverse Hessians, are from exact:
 * said beside what rests on them. Either is an error where it did not converge, so that what stands
 * here did; what it says is how well.
 */
final class HeadResiduals {
  /** The largest entry of the gradient at a head's optimum. */
  static final String GRADIENT = "head's largest gradient";

  /** ‖B − HS‖ / ‖B‖ of the products H⁻¹B that a detector solved for. */
  static final String PRODUCT = "inverse-Hessian product's residual";

  private static final Range MAGNITUDE = new Range(0, Double.POSITIVE_INFINITY);

  private final String unit;
  private final List<FittedHead> heads = new ArrayList<>();
  private final List<InverseHessianProduct> products = new ArrayList<>();

  /**
   * Of no head yet.
   *
   * @param unit what heads are fitted for, in the plural
   */
  HeadResiduals(String unit) {
    this.unit = unit;
  }

  void add(FittedHead head) {
    heads.add(head);
  }

  void add(LabelIssues issues) {
    issues.solvedBy().ifPresent(products::add);
  }

  void addTo(Evidence.Builder evidence) {
    if (!heads.isEmpty()) {
      addHeads(evidence);
    }
    if (!products.isEmpty()) {
      addProducts(evidence);
    }
  }

  private void addHeads(Evidence.Builder evidence) {
    double[] gradients = heads.stream().mapToDouble(FittedHead::largestGradient).toArray();
    addTo(evidence, GRADIENT, gradients);
    FittedHead worst =
        heads.stream().max(Comparator.comparingDouble(FittedHead::largestGradient)).orElseThrow();
    evidence.note(
        "heads: %s; all converged, the worst to a largest gradient of %s in %d steps"
            .formatted(worst.fittedBy(), Numbers.format(worst.largestGradient()), worst.steps()));
  }

  private void addProducts(Evidence.Builder evidence) {
    addTo(
        evidence,
        PRODUCT,
        products.stream().mapToDouble(InverseHessianProduct::relativeResidual).toArray());
    evidence.note(
        "inverse-Hessian products: all converged, the worst by %s"
            .formatted(
                products.stream()
                    .max(Comparator.comparingDouble(InverseHessianProduct::relativeResidual))
                    .orElseThrow()
                    .describe()));
  }

  private void addTo(Evidence.Builder evidence, String quantity, double... values) {
    if (values.length >= MedianEstimate.FEWEST_REPLICATES) {
      evidence.beside(
          new Measurement(
              quantity, Dataset.Slice.OVERALL, MedianEstimate.of(MAGNITUDE, unit, values)));
    }
  }
}
