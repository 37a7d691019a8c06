package dev.touchstone.graph.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.graph.operator.OperatorTraits;
import org.junit.jupiter.api.Test;

class BlockTypesTest {

  @Test
  void ofEveryTypeThatABlockMayHaveItIsKnownWhatItDoes() {
    assertThat(OperatorTraits.types()).containsAll(BlockTypes.names());
    assertThat(BlockTypes.names()).contains("Conv", "Relu", OperatorTraits.BLOCK);
  }
}
