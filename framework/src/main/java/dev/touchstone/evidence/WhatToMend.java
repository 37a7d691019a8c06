package dev.touchstone.evidence;

import java.util.List;
import org.apiguardian.api.API;

/**
 * What has to change where a claim is refuted: of most the model, but a claim about a method of
 * explanation, or about a detector, is none about the model that it was tried on.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class WhatToMend {
  /** How the names of checks begin whose claims are about a method of explanation. */
  public static final String WEIGHT_SENSITIVITY = "weight sensitivity of ";

  /** How the names of checks begin that compare explanations of two models. */
  public static final String AGREEMENT_OF_EXPLANATIONS = "agreement of explanations by ";

  /** How the names of checks begin that measure how good explanations are. */
  public static final String QUALITY_OF_EXPLANATIONS = "quality of explanations by ";

  /** How the names of checks begin that hold explanations to what was learnt. */
  public static final String LABEL_RANDOMISATION = "label randomisation of ";

  /** The check of a trainer's data by a detector. */
  public static final String MISLABELLED = "mislabelled examples";

  /** The check of how many labels of data are wrong. */
  public static final String LABELS = "label errors";

  /** The check of what people answered. */
  public static final String STUDY = "study";

  private WhatToMend() {}

  /**
   * As a request, without its capital and its full stop.
   *
   * @param check the check's name, as {@link Evidence#check} has it
   * @param trainer whether the evidence is about a trainer
   */
  public static String inWords(String check, boolean trainer) {
    for (String ofMethods : List.of(WEIGHT_SENSITIVITY, LABEL_RANDOMISATION)) {
      if (check.startsWith(ofMethods)) {
        return "explain the model by another method than \"%s\", which was refuted and not the model"
            .formatted(PlainText.of(check.substring(ofMethods.length()), 80));
      }
    }
    if (check.startsWith(AGREEMENT_OF_EXPLANATIONS)) {
      return "mend the model, or compare by another method of explanation";
    }
    if (check.startsWith(QUALITY_OF_EXPLANATIONS)) {
      return "explain the model by another method than \"%s\", or mend the model if this one is to be trusted"
          .formatted(PlainText.of(check.substring(QUALITY_OF_EXPLANATIONS.length()), 80));
    }
    if (check.equals(MISLABELLED)) {
      return "look for wrong labels by another detector, or mend the trainer's representation";
    }
    if (check.equals(LABELS)) {
      return "have the labels looked at again, the most suspicious first";
    }
    if (check.equals(STUDY)) {
      return "show people something else by which they can tell these models apart";
    }
    return trainer ? "mend the trainer or its data" : "mend the model";
  }
}
