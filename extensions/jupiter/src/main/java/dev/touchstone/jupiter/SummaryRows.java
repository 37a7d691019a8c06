package dev.touchstone.jupiter;

import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.VerdictListener;
import dev.touchstone.runtime.RunContext;
import org.apiguardian.api.API;

/**
 * Hears the verdicts for the summary. Apart from {@link SummaryListener}, because the launcher need
 * not be on the class path.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class SummaryRows implements VerdictListener {
  @Override
  public void verdictReached(Verdict verdict, RunContext context) {
    RunSummary.OF_THIS_PROCESS.add(verdict, context);
  }
}
