package dev.touchstone.jupiter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test or class only where a device is there, whatever {@code touchstone.device} says:
 * {@code @EnabledIfDevice("gpu")} for any GPU, {@code "gpu:1"} for the second.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(DeviceCondition.class)
public @interface EnabledIfDevice {

  /** {@code cpu}, {@code gpu} or {@code gpu:0}. */
  String value();
}
