package dev.touchstone.facts;

import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Optional;

/**
 * What is said of a trainer, in whose models evidence plants bugs. It has no {@code sha256} of a
 * model file, so that no verdict about a trainer can be taken for one about a file. Immutable.
 *
 * @param name what messages call it
 * @param sha256 over everything that decides what it trains, in hexadecimal; empty where not all of
 *     that is known
 * @param description what it is, in words: by default its name
 * @param frozen the model in its place, which it does not train
 * @param own further facts, in the words of the trainer's author: epochs, batch size, …
 */
public record TrainerFacts(
    String name, String sha256, String description, Optional<ModelFacts> frozen, List<Fact> own)
    implements SubjectFacts {

  /** Copies the list. */
  public TrainerFacts {
    own = List.copyOf(own);
  }

  /** Returns what is said of every trainer; a check adds the digest that the trainer states. */
  public static TrainerFacts of(String name) {
    return new TrainerFacts(name, "", name, Optional.empty(), List.of());
  }

  /** Returns the facts of a fixed model in a trainer's place. */
  public static TrainerFacts ofFrozen(String name, ModelFacts model) {
    return new TrainerFacts(name, "", name, Optional.of(model), List.of());
  }

  /** Returns the facts with a name. */
  public TrainerFacts named(String other) {
    return new TrainerFacts(other, sha256, description, frozen, own);
  }

  /** Returns the facts with what the trainer is, in words. */
  public TrainerFacts describedAs(String words) {
    return new TrainerFacts(name, sha256, words, frozen, own);
  }

  /** Returns the facts with the digest that the trainer states. */
  public TrainerFacts knownBy(String digest) {
    return new TrainerFacts(name, digest, description, frozen, own);
  }

  /**
   * Returns the facts with one of the author's own, in the place of that of its name.
   *
   * @throws TouchstoneException for a name by which verdicts say something else, such as {@code
   *     sha256} or {@code trainer sha256}: it would pass for a model file's fact, or for a digest
   */
  public TrainerFacts with(String fact, Object value) {
    return with(Fact.of(fact, value));
  }

  /** Returns the facts with one of the author's own, as {@link #with(String, Object)} does. */
  public TrainerFacts with(Fact fact) {
    return new TrainerFacts(name, sha256, description, frozen, Fact.with(own, fact)).requiringOwn();
  }

  /**
   * Returns the facts if those that are the author's own cannot be taken for others.
   *
   * @throws TouchstoneException naming the one that can, as {@link #with(String, Object)} does
   */
  public TrainerFacts requiringOwn() {
    for (Fact fact : own) {
      if (FactText.isReservedOfTrainers(fact.name())) {
        throw new TouchstoneException(
            "the trainer \"%s\" has a fact \"%s\" of its own, by which verdicts say something else; give the fact another name, and override Trainer.sha256() where a digest says all that decides what is trained"
                .formatted(name, fact.name()));
      }
    }
    return this;
  }

  /** Returns the facts without those by which a reader knows which trainer they are about. */
  @Override
  public TrainerFacts withoutIdentity() {
    return new TrainerFacts("", "", "", frozen, own);
  }
}
