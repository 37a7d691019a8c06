package dev.touchstone.jupiter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Injects a data set into a field or parameter of type {@link dev.touchstone.data.Dataset}. */
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface DatasetUnderTest {

  /** The data file: a path, {@code file:…} or {@code classpath:…}. */
  String value() default "";

  /** For IDX images: the file of their labels. */
  String labels() default "";

  /** For images: what each pixel's 0-255 is multiplied with, such as {@code 1 / 255f}. */
  float scale() default 1;

  /** How long the data live. */
  Lifetime lifetime() default Lifetime.DECLARATION;
}
