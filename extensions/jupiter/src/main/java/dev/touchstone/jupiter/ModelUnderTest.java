package dev.touchstone.jupiter;

import dev.touchstone.model.OutputKind;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Injects a model into a field or parameter of type {@link dev.touchstone.model.Classifier} or,
 * with {@code outputs = VALUES} or {@code INTERVALS}, {@link dev.touchstone.model.Regressor}; a
 * field that is initialised in Java also of type {@link dev.touchstone.model.MultiLabelModel}.
 *
 * <p>A static field's model lives as long as the test class, an instance field's or a parameter's
 * as long as the test; with {@link Lifetime#RUN} as long as the run. A field with an initialiser
 * keeps what it was given; the extension takes care of its life.
 *
 * <p>The configuration parameter {@code touchstone.model} puts another file in place of the suite's
 * candidate, {@code touchstone.model.<name>} in place of one candidate among several; what is
 * declared of its outputs, and in Java of its preprocessing, stays:
 *
 * <pre>{@code
 * mvn test -Dtouchstone.model=build/cnn-2.onnx
 * }</pre>
 */
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface ModelUnderTest {

  /** The model file: a path, {@code file:…} or {@code classpath:…}; its ending names the format. */
  String value() default "";

  /** What the model emits; has to be declared with a file, for it is never guessed. */
  OutputKind[] outputs() default {};

  /**
   * From which probability on class 1, the second of the data's two classes, is predicted, above 0
   * and below 1; by default the more probable class is. A model given in the place of this one is
   * decided at the same.
   */
  double decidingAt() default Double.NaN;

  /**
   * What {@code touchstone.model.<name>} calls the model; by default its file's name without the
   * ending.
   */
  String name() default "";

  /**
   * Whether the model is a candidate, so that {@code touchstone.model} puts another file in its
   * place. Say {@code false} of a model that candidates are compared with, such as the approved one
   * or a defective twin.
   */
  boolean candidate() default true;

  /** How long the model lives. */
  Lifetime lifetime() default Lifetime.DECLARATION;
}
