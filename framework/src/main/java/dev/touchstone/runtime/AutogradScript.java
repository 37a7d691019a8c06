package dev.touchstone.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript module that calls {@code torch.autograd.grad}, which DJL does not expose: its own
 * {@code backward} adds to the gradient of every leaf, and where that gradient is recorded itself,
 * leaf and gradient hold each other and are never freed.
 */
final class AutogradScript {
  /** Each method: (output, arriving, inputs) → a gradient per input, zeros where there is none. */
  private static final String METHOD =
      """
        def %s(self: __torch__.Autograd,
          output: Tensor,
          arriving: Tensor,
          inputs: List[Tensor]) -> List[Tensor]:
          given = annotate(List[Optional[Tensor]], [])
          _0 = torch.append(given, arriving)
          if output.requires_grad:
            found = torch.autograd.grad([output], inputs, given, %s, %s, True)
          else:
            found = annotate(List[Optional[Tensor]], [])
          gradients = annotate(List[Tensor], [])
          for i in range(torch.len(inputs)):
            if torch.eq(torch.len(found), 0):
              gradient = annotate(Optional[Tensor], None)
            else:
              gradient = found[i]
            if torch.__is__(gradient, None):
              _1 = torch.zeros_like(inputs[i])
            else:
              _1 = unchecked_cast(Tensor, gradient)
            _2 = torch.append(gradients, _1)
          return gradients
      """;

  private static final String MODULE =
      """
      class Autograd(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;

  /** An instance of the class with {@code training} false, as protocol 2 has it. */
  private static final String OBJECT =
      "\u0080\u0002c__torch__\nAutograd\nq\0)\u0081}X\b\0\0\0trainingq\u0001\u0089sbq\u0002.";

  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private AutogradScript() {}

  /** The archive, to be loaded by libtorch. */
  static byte[] bytes() {
    String code =
        MODULE
            + METHOD.formatted("forward", "False", "False")
            + METHOD.formatted("again", "True", "False")
            + METHOD.formatted("recorded", "True", "True");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "data.pkl", OBJECT);
      put(zip, "code/__torch__.py", code);
      put(zip, "constants.pkl", NO_CONSTANTS);
      put(zip, "version", "3\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Uncompressed: libtorch reads records where they lie. */
  private static void put(ZipOutputStream zip, String name, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 check = new CRC32();
    check.update(bytes);
    ZipEntry entry = new ZipEntry("autograd/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(check.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
