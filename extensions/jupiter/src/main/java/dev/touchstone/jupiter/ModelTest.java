package dev.touchstone.jupiter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a class of model tests: models and data are injected where they are annotated.
 *
 * <pre>{@code
 * @ModelTest
 * class DigitsModelTest {
 *   @ModelUnderTest(value = "classpath:cnn.onnx", outputs = LOGITS) static Classifier model;
 *   @DatasetUnderTest(value = "classpath:images.gz", labels = "classpath:labels.gz") static Dataset test;
 *
 *   @Test
 *   void isCalibrated() {
 *     assertCalibrationWithin(model, test, 0.05);
 *   }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(TouchstoneExtension.class)
public @interface ModelTest {}
