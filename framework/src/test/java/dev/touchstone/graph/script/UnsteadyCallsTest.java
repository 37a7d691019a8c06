package dev.touchstone.graph.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnsteadyCallsTest {

  @Test
  void callsOfAProgramAreReadWithTheirArguments() {
    UnsteadyCalls calls =
        UnsteadyCalls.in(
            """
            def forward(self, x):
              a = torch.dropout(torch.relu(x), 0.5, True)
              b = torch.dropout_(a, torch.add(0.1, 0.4), False)
              c = torch.batch_norm(b, None, None, m, v, True, 0.1, 1e-05, True)
              d = torch.batch_norm(c, None, None, m, v, False, 0.1, 1e-05, True)
              e = torch.randn_like(d)
              return ops.quantized.linear_dynamic(e, self.packed, True)
            """);
    assertThat(calls.unsteady())
        .containsExactly(
            "torch.batch_norm in training mode",
            "torch.dropout in training mode",
            "torch.randn_like");
    assertThat(calls.quantising()).containsExactly("linear_dynamic");
  }
}
