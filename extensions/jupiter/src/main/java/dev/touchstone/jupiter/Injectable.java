package dev.touchstone.jupiter;

import java.lang.annotation.Annotation;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One kind of thing that is injected: its annotation, its type, and how it is made. */
interface Injectable<A extends Annotation> {

  /** The annotation that asks for it. */
  Class<A> annotation();

  /** The types of which a field or parameter has to have one. */
  List<Class<?>> types();

  /** Whether the annotation names no source, so that a field's initialiser has to. */
  boolean leavesSourceToJava(A annotation);

  /** What a field's initialiser may look like, for messages. */
  String initialiser();

  /** How long it lives. */
  Lifetime lifetime(A annotation);

  /**
   * Refuses attributes that cannot be meant; looks at no file.
   *
   * @throws org.junit.jupiter.api.extension.ExtensionConfigurationException naming the cure
   */
  default void check(A annotation, Declaration<A> declaration) {}

  /** Makes what is asked for. */
  Object load(A annotation, Declaration<A> declaration, ExtensionContext context);

  /** What is tested where a field's initialiser gave something: that, unless it is replaced. */
  default Object given(
      A annotation, Declaration<A> declaration, Object initial, ExtensionContext context) {
    return initial;
  }
}
