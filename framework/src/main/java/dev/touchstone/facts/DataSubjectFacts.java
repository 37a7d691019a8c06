package dev.touchstone.facts;

import java.util.List;

/**
 * What is said of data that evidence is about in a model's place, such as labels that were audited
 * or the answers of a study. It has no {@code sha256} of a model file and no trainer's, so that no
 * verdict about data can be taken for one about either. Immutable.
 *
 * @param name what messages call it, such as {@code labels of train.csv}
 * @param sha256 of the data, in hexadecimal; empty where not recorded
 * @param own further facts that a file holds
 */
public record DataSubjectFacts(String name, String sha256, List<Fact> own) implements SubjectFacts {

  /** Copies the list. */
  public DataSubjectFacts {
    own = List.copyOf(own);
  }

  /** Returns the facts of data of a name and a digest. */
  public static DataSubjectFacts of(String name, String sha256) {
    return new DataSubjectFacts(name, sha256, List.of());
  }

  /** Returns the facts without those by which a reader knows which data they are about. */
  @Override
  public DataSubjectFacts withoutIdentity() {
    return new DataSubjectFacts("", "", own);
  }
}
