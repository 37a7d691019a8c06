package dev.touchstone.assertions;

import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.OpenClaims;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Warning;
import dev.touchstone.evidence.baseline.BaselineRecorder;
import dev.touchstone.evidence.baseline.KnownClaims;
import dev.touchstone.evidence.record.VerdictListeners;
import dev.touchstone.runtime.RunContext;
import java.util.Optional;
import java.util.function.Function;

/**
 * The one way from a claim to a verdict: read the context, gather evidence, judge, tell the
 * listeners, write the baseline where that is asked for, throw if the verdict is not acceptable.
 */
final class Judge {
  private static final System.Logger LOGGER = System.getLogger(Judge.class.getName());

  private Judge() {}

  /** A claim begins to be written down, and is to be made some time. */
  static OpenClaims.Opened begin(String written, String cure, String where) {
    RunContext context = RunContext.current();
    return OpenClaims.of(context.session()).open(context, written, cure, where);
  }

  static Verdict on(Claim claim, Function<RunContext, Evidence> check) {
    return on(claim, check, true);
  }

  /** Tells the listeners what is shown without a claim. */
  static void show(Function<RunContext, Shown> showing) {
    RunContext context = RunContext.current();
    VerdictListeners.of(context.session()).show(showing.apply(context), context);
  }

  /**
   * Of a claim that the data may be too few for: that is said before any model runs, and stays with
   * the verdict. The model runs nevertheless: it may be refuted.
   */
  static Verdict on(Claim claim, Optional<Warning> lack, Function<RunContext, Evidence> check) {
    lack.ifPresent(
        warning ->
            LOGGER.log(
                System.Logger.Level.WARNING,
                "{0}: {1}",
                PlainText.of(claim.statement(), 160),
                PlainText.of(warning.text(), 400)));
    return on(
        claim,
        context -> {
          Evidence evidence = check.apply(context);
          return lack.map(evidence::warning).orElse(evidence);
        });
  }

  /** Of a claim against the baseline, whose check writes its own line. */
  static Verdict againstBaseline(Claim claim, Function<RunContext, Evidence> check) {
    return on(claim, check, false);
  }

  private static Verdict on(Claim claim, Function<RunContext, Evidence> check, boolean recorded) {
    RunContext context = RunContext.current();
    OpenClaims.of(context.session()).makeAtOnce(context);
    BaselineRecorder.refuseOnCi(context);
    Verdict judged = claim.judge(check.apply(context), context.settings().policy());
    Verdict verdict = KnownClaims.withDefaults().examine(judged, context);
    VerdictListeners.of(context.session()).publish(verdict, context);
    if (recorded) {
      BaselineRecorder.of(context.session()).record(verdict, context);
    }
    if (!verdict.acceptable()) {
      throw new ModelAssertionError(VerdictMessage.of(verdict, context), verdict);
    }
    return verdict;
  }
}
