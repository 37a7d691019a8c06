package dev.touchstone.facts;

/**
 * A model that another one was compared with.
 *
 * @param role what it was in the comparison
 * @param sha256 by which it is known, in hexadecimal; empty where not recorded
 * @param model what is said of it; of a baseline's no more than its name and hash
 */
public record Comparison(Role role, String sha256, ModelFacts model) {

  /** What a model is compared with another for. */
  public enum Role {
    /** The model than which the other may be no worse. */
    APPROVED,
    /** The model that the other is to agree with. */
    REFERENCE
  }

  /** Returns the comparison with a model whose facts are known. */
  public static Comparison with(Role role, ModelFacts model) {
    return new Comparison(role, model.sha256(), model);
  }

  /**
   * Returns whether a model is the one that it was compared with, of which nothing follows: the
   * same file, run in the same way. A baseline knows no more of the approved model than its name
   * and its hash; then the hash decides.
   */
  public boolean isWithItself(ModelFacts other) {
    if (sha256.isEmpty() || !sha256.equals(other.sha256())) {
      return false;
    }
    ModelFacts compared = withDigest();
    return compared.equals(ModelFacts.of(compared.name(), sha256, "", ""))
        || other.isSameModelAs(compared);
  }

  private ModelFacts withDigest() {
    return model.identifiedBy(sha256);
  }
}
