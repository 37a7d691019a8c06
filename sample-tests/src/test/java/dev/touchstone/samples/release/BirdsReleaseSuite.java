package dev.touchstone.samples.release;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.DigitBirds;
import org.junit.jupiter.api.Test;

/** What a survey asks of whichever network counts its birds next. */
@ModelTest
class BirdsReleaseSuite {

  @ModelUnderTest static Classifier model = DigitBirds.model();

  @DatasetUnderTest static Dataset test = DigitBirds.test();

  @Test
  void errsAlikeOnEitherBackground() {
    assertErrorRateWithin(model, test.groupedBy(DigitBirds.GROUPS), 0.20);
  }
}
