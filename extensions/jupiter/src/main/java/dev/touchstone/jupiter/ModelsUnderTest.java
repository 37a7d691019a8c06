package dev.touchstone.jupiter;

import dev.touchstone.model.OutputKind;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * Runs a parameterized test or class once per candidate model, each a {@link
 * dev.touchstone.model.Classifier}:
 *
 * <pre>{@code
 * @ParameterizedTest
 * @ModelsUnderTest(value = {"models/a.onnx", "models/b.onnx"}, outputs = LOGITS)
 * void isCalibrated(Classifier candidate) {
 *   assertCalibrationWithin(candidate, test, 0.05);
 * }
 * }</pre>
 *
 * <p>The models live until the last invocation has ended. Needs {@code junit-jupiter-params}.
 * Candidates written in Java come from a {@code @MethodSource}; the extension ends their life too.
 *
 * <p>Where the configuration parameter {@code touchstone.model} names a file, it is the only
 * candidate; {@code touchstone.model.<name>} puts a file in place of the one that is called so
 * without its ending.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ArgumentsSource(CandidateModels.class)
public @interface ModelsUnderTest {

  /** The model files: paths, {@code file:…} or {@code classpath:…}. */
  String[] value();

  /** What every one of the models emits. */
  OutputKind[] outputs();

  /**
   * From which probability on every one of them predicts class 1 of two; see {@link
   * ModelUnderTest}.
   */
  double decidingAt() default Double.NaN;

  /** Whether {@code touchstone.model} puts another file in their place. */
  boolean candidate() default true;
}
