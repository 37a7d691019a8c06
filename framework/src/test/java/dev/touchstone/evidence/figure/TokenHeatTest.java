package dev.touchstone.evidence.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenHeatTest {
  @Test
  void theStrongestTokenGivesTheScale() {
    assertThat(Figures.tokenHeat().texts().get(0).strongest()).isEqualTo(1.5);
    assertThat(new TokenHeat.Text("empty", List.of()).strongest()).isZero();
  }

  @Test
  void aTokenIsShortAndItsRelevanceANumber() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenHeat.Token("a", Double.NaN))
        .withMessageContaining("the relevance of a token is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenHeat.Token("a".repeat(201), 0))
        .withMessageContaining("201 characters in a token");
  }

  @Test
  void manyTokensAreRefused() {
    TokenHeat.Text text =
        new TokenHeat.Text("t", Collections.nCopies(2001, new TokenHeat.Token("a", 0)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenHeat("n", "t", "spam", List.of(text, text)))
        .withMessageContaining("4,002 tokens are more than a figure holds (4,000)");
  }
}
