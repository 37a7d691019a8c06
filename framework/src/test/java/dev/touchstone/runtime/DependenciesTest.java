package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The versions in messages are those that the build uses, and those that the BOM manages. */
class DependenciesTest {
  private static final Path PARENT = Path.of("..", "pom.xml");
  private static final Path BOM = Path.of("..", "bom", "pom.xml");

  private static String property(Path pom, String name) throws IOException {
    Matcher value =
        Pattern.compile("<%1$s>([^<]+)</%1$s>".formatted(Pattern.quote(name)))
            .matcher(Files.readString(pom));
    assertThat(value.find()).as("%s in %s", name, pom).isTrue();
    return value.group(1);
  }

  @Test
  void messagesNameTheVersionOfOnnxRuntimeThatTheBomManages() throws IOException {
    String version = property(BOM, "onnxruntime.version");
    assertThat(Dependencies.onnxRuntime())
        .isEqualTo(
            "com.microsoft.onnxruntime:onnxruntime:%s (touchstone-bom manages the version)"
                .formatted(version));
    assertThat(property(PARENT, "onnxruntime.version")).isEqualTo(version);
    assertThat(Files.readString(BOM))
        .containsPattern(
            "<groupId>com.microsoft.onnxruntime</groupId>\\s*"
                + "<artifactId>onnxruntime</artifactId>\\s*"
                + "<version>\\$\\{onnxruntime.version}</version>");
  }

  @Test
  void messagesNameTheVersionsOfParquetThatTheBomManages() throws IOException {
    String parquet = property(BOM, "parquet.version");
    String codecs = property(BOM, "aircompressor.version");
    assertThat(Dependencies.parquet())
        .isEqualTo(
            "org.apache.parquet:parquet-column:%1$s, org.apache.parquet:parquet-format-structures:%1$s and io.airlift:aircompressor:%2$s (touchstone-bom manages the versions)"
                .formatted(parquet, codecs));
    assertThat(property(PARENT, "parquet.version")).isEqualTo(parquet);
    assertThat(property(PARENT, "aircompressor.version")).isEqualTo(codecs);
    for (String artifact :
        List.of("parquet-column", "parquet-format-structures", "aircompressor")) {
      assertThat(Files.readString(BOM)).contains("<artifactId>" + artifact + "</artifactId>");
    }
  }

  @Test
  void messagesNameTheVersionOfTokenizersThatTheBomManages() throws IOException {
    String djl = property(BOM, "djl.version");
    assertThat(Dependencies.tokenizers())
        .isEqualTo(
            "ai.djl.huggingface:tokenizers:%s (touchstone-bom manages the version)".formatted(djl));
    assertThat(property(PARENT, "djl.version")).isEqualTo(djl);
    assertThat(Files.readString(BOM)).contains("<artifactId>tokenizers</artifactId>");
  }

  @Test
  void messagesNameTheVersionOfXgboostThatTheBomManages() throws IOException {
    String version = property(BOM, "xgboost4j.version");
    assertThat(Dependencies.xgboost())
        .isEqualTo(
            "ml.dmlc:xgboost4j_2.12:%s (touchstone-bom manages the version)".formatted(version));
    assertThat(property(PARENT, "xgboost4j.version")).isEqualTo(version);
    assertThat(Files.readString(BOM)).contains("<artifactId>xgboost4j_2.12</artifactId>");
  }

  @Test
  void messagesNameTheVersionsOfNativeLibraries() throws IOException {
    assertThat(Dependencies.pyTorchNative())
        .isEqualTo("ai.djl.pytorch:pytorch-native-cpu:" + property(PARENT, "pytorch.version"));
    assertThat(Dependencies.nd4jNatives())
        .isEqualTo(
            "org.nd4j:nd4j-native:%s, org.bytedeco:openblas:%s and org.bytedeco:javacpp:%s"
                .formatted(
                    property(PARENT, "nd4j.version"),
                    property(PARENT, "openblas.version"),
                    property(PARENT, "javacpp.version")));
    assertThat(Dependencies.nativesForCpu())
        .matches("dev\\.touchstone:touchstone-natives-cpu:\\d+\\.\\d+\\.\\d+\\S* \\(type pom\\)");
    assertThat(Dependencies.nativesForCuda())
        .isEqualTo(Dependencies.nativesForCpu().replace("-cpu", "-cu124"));
    assertThat(Files.readString(BOM)).contains("<artifactId>touchstone-natives-cu124</artifactId>");
    assertThat(Dependencies.pyTorchVersion()).isEqualTo(property(PARENT, "pytorch.version"));
  }

  @Test
  void theFlavorForCudaThatMessagesNameIsOneThatDjlIsBuiltFor() {
    assertThat(
            getClass()
                .getResource(
                    "/jnilib/linux-x86_64/%s/libdjl_torch.so".formatted(Dependencies.cudaFlavor())))
        .isNotNull();
  }
}
