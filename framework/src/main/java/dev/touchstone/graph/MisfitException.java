package dev.touchstone.graph;

import dev.touchstone.runtime.TouchstoneException;
import org.apiguardian.api.API;

/** Examples have another shape than a model takes. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class MisfitException extends TouchstoneException {
  private static final long serialVersionUID = 1L;

  private final int lacking;

  /**
   * A misfit.
   *
   * @param lacking how many features more the model takes than the data have; 0 where that is not
   *     what is wrong
   */
  MisfitException(String message, int lacking) {
    super(message);
    this.lacking = lacking;
  }

  /**
   * Returns how many features more the model takes than the data have; 0 where that is not what is
   * wrong.
   */
  public int lacking() {
    return lacking;
  }
}
