package dev.touchstone.jupiter;

import dev.touchstone.runtime.Torch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Evaluates {@link EnabledIfDevice}; starts the engine only where a GPU is asked for. */
final class DeviceCondition implements ExecutionCondition {
  private static final Pattern DEVICE = Pattern.compile("cpu|gpu(?::(\\d{1,3}))?");

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), EnabledIfDevice.class)
        .map(annotation -> evaluate(annotation.value()))
        .orElseGet(() -> ConditionEvaluationResult.enabled("no device is asked for"));
  }

  private static ConditionEvaluationResult evaluate(String device) {
    Matcher matcher = DEVICE.matcher(device);
    if (!matcher.matches()) {
      throw new ExtensionConfigurationException(
          "@EnabledIfDevice(\""
              + device
              + "\") names no device; write \"cpu\", \"gpu\" or \"gpu:1\"");
    }
    if (device.equals("cpu")) {
      return ConditionEvaluationResult.enabled("every machine has a processor");
    }
    int index = matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1));
    int gpus = Torch.gpus();
    return index < gpus
        ? ConditionEvaluationResult.enabled(device + " is there")
        : ConditionEvaluationResult.disabled(
            device + " is not there: PyTorch sees " + gpus + " GPUs");
  }
}
