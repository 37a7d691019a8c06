package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import org.junit.jupiter.api.Test;

class TorchThreadsTest {

  @Test
  void aThreadThatWasFirstSeenWhileOneNativeThreadWasSetComputesWithAllOfThem()
      throws InterruptedException {
    String before = Integer.toString(Torch.nativeThreads());
    int all = Torch.evaluate(JniUtils::getNumThreads);
    int[] seen = new int[2];

    JniUtils.setNumThreads(1);
    try {
      Thread late =
          new Thread(
              () -> {
                seen[0] = Torch.nativeThreads();
                seen[1] = Torch.evaluate(JniUtils::getNumThreads);
              });
      late.start();
      late.join();
    } finally {
      JniUtils.setNumThreads(all);
    }

    assertThat(seen).containsExactly(Integer.parseInt(before), all);
  }
}
