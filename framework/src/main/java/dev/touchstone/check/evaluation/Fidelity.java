package dev.touchstone.check.evaluation;

import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.guiding.repair.Carved;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import java.util.Optional;
import org.apiguardian.api.API;

/** Whether a carved model speaks for the model that it was carved of. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Fidelity {
  private Fidelity() {}

  /** What is lacking where a fidelity is not shown to be what is required; empty where it is. */
  public static Optional<String> lack(Carved.Required required, Estimate fidelity) {
    Interval shown = fidelity.interval(Claim.LEVEL);
    return shown.lower() >= required.least()
        ? Optional.empty()
        : Optional.of(
            "the carved model answers as the original does%s in %s [%s, %s] of %s, and has to in at least %s to speak for it; name concepts that say more, or give more examples"
                .formatted(
                    required.within() == 0
                        ? ""
                        : ", within %s,".formatted(Numbers.format(required.within())),
                    Numbers.format(fidelity.value()),
                    Numbers.format(shown.lower()),
                    Numbers.format(shown.upper()),
                    required.on().name(),
                    Numbers.format(required.least())));
  }
}
