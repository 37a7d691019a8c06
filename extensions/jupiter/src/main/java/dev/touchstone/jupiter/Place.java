package dev.touchstone.jupiter;

import java.lang.annotation.Annotation;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/**
 * Where an annotation stands, for messages.
 *
 * @param annotation the annotation's type
 * @param where the annotated field, parameter, method or class, in words
 */
record Place(Class<? extends Annotation> annotation, String where) {

  /** An error that says what is wrong here and what to write instead. */
  ExtensionConfigurationException misuse(String what, String cure) {
    return new ExtensionConfigurationException(
        "@" + annotation.getSimpleName() + " " + where + " " + what + "; " + cure);
  }
}
