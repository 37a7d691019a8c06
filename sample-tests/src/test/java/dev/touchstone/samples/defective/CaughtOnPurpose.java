package dev.touchstone.samples.defective;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Says that what a suite tests is sick on purpose: each of its tests is green where, and only
 * where, its claim is refuted. A claim that passes, one that the data cannot decide and any other
 * exception fail the test.
 *
 * <p>It stands below {@code @ModelTest}: the verdict is reached, told and thrown as ever, and only
 * then taken from the thrower.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RefutedAsMeant.class)
@interface CaughtOnPurpose {}
