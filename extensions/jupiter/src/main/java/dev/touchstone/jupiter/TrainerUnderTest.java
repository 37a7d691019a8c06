package dev.touchstone.jupiter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Injects a {@link dev.touchstone.model.Trainer} into a parameter, or marks where it comes from. A
 * trainer is always written in Java:
 *
 * <pre>{@code
 * @TrainerUnderTest
 * static Trainer trainer() {
 *   return LogisticRegressionTrainer.withDefaults();
 * }
 *
 * @Test
 * void labelErrorsWouldBeFound(@TrainerUnderTest Trainer trainer) { … }
 * }</pre>
 *
 * <p>A parameter gets what its class's annotated static method returns, or the value of its
 * annotated static field; where there are several, {@link #value} names one. Nested classes see
 * those of the classes around them.
 */
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface TrainerUnderTest {

  /** On a parameter: the name of the annotated method or field; not needed if there is only one. */
  String value() default "";
}
