package dev.touchstone.jupiter;

import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.VerdictListener;
import dev.touchstone.runtime.RunContext;
import org.apiguardian.api.API;

/** Hears which models the tests judge, for {@link Replacements}. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class JudgedModels implements VerdictListener {
  @Override
  public void verdictReached(Verdict verdict, RunContext context) {
    context
        .test()
        .flatMap(Invocations::underWay)
        .ifPresent(test -> Replacements.of(test).judged(verdict, test));
  }
}
