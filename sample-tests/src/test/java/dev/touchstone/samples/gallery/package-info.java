/**
 * The bug gallery: Touchstone itself tested like a detector. Bugs are planted in models trained
 * here, and every assertion says what it finds.
 */
@NullMarked
package dev.touchstone.samples.gallery;

import org.jspecify.annotations.NullMarked;
