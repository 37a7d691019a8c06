package dev.touchstone.check;

import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What provenance holds of a trainer. */
final class TrainerFacts {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** By these a gate knows what a verdict is about, so that no trainer may say them of itself. */
  private static final List<String> RESERVED =
      List.of(Provenance.SHA256, Provenance.TRAINER_SHA256);

  private TrainerFacts() {}

  /**
   * Name, digest, and the trainer's own facts.
   *
   * @throws TouchstoneException if the digest is none, or the facts would pass for a model file's
   */
  static Map<String, String> of(Trainer trainer) {
    Map<String, String> own = trainer.provenance();
    for (String reserved : RESERVED) {
      if (own.containsKey(reserved)) {
        throw new TouchstoneException(
            shown(trainer)
                + " has a fact \""
                + reserved
                + "\" in its provenance, by which verdicts are known to be about "
                + (reserved.equals(Provenance.SHA256) ? "a model file" : "a trainer")
                + "; give the fact another name, and override Trainer.sha256() where a digest says"
                + " all that decides what is trained");
      }
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("name", trainer.name());
    trainer.sha256().ifPresent(digest -> facts.put(Provenance.TRAINER_SHA256, digest));
    String digest = facts.get(Provenance.TRAINER_SHA256);
    if (digest != null && trainer.retrains() && !SHA256.matcher(digest).matches()) {
      throw new TouchstoneException(
          shown(trainer)
              + " gives \""
              + PlainText.of(digest, 80)
              + "\" as its SHA-256, which has 64 digits of 0-9 and a-f; give"
              + " Digest.sha256().add(…).hex() over what decides what is trained, or"
              + " Optional.empty()");
    }
    own.forEach(facts::putIfAbsent);
    facts.putIfAbsent(Provenance.TRAINER, trainer.name());
    return facts;
  }

  private static String shown(Trainer trainer) {
    return "the trainer \"" + PlainText.of(trainer.name(), 100) + "\"";
  }
}
