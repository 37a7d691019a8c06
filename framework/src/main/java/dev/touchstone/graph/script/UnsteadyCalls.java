package dev.touchstone.graph.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The calls in a TorchScript program by which an answer depends on more than its example, read off
 * its text: {@code torch.dropout(x, 0.5, True)}.
 *
 * @param unsteady those that draw at random, or are traced or scripted in training mode
 * @param quantising those that take one scale for all that they are given at once
 */
record UnsteadyCalls(List<String> unsteady, List<String> quantising) {
  private static final Pattern CALL =
      Pattern.compile("(?:torch|ops\\.quantized|ops\\.aten)\\.(\\w+)\\(");

  private static final Set<String> RANDOM =
      Set.of(
          "bernoulli",
          "multinomial",
          "normal",
          "poisson",
          "rand",
          "rand_like",
          "randint",
          "randint_like",
          "randn",
          "randn_like",
          "randperm",
          "uniform");

  /** Where in its arguments a function is told whether it trains. */
  private static int trainingArgument(String function) {
    return switch (function) {
      case "dropout", "alpha_dropout", "feature_dropout", "feature_alpha_dropout" -> 2;
      case "rrelu" -> 3;
      case "batch_norm", "instance_norm" -> 5;
      default -> -1;
    };
  }

  public static UnsteadyCalls in(String program) {
    Set<String> unsteady = new TreeSet<>();
    Set<String> quantising = new TreeSet<>();
    Matcher call = CALL.matcher(program);
    while (call.find()) {
      String written = call.group(1);
      String function =
          written.endsWith("_") ? written.substring(0, written.length() - 1) : written;
      if (RANDOM.contains(function)) {
        unsteady.add("torch." + written);
      } else if (trainingArgument(function) >= 0) {
        List<String> arguments = arguments(program, call.end());
        int told = trainingArgument(function);
        if (told < arguments.size() && arguments.get(told).equals("True")) {
          unsteady.add("torch." + written + " in training mode");
        }
      } else if (function.endsWith("_dynamic")) {
        quantising.add(written);
      }
    }
    return new UnsteadyCalls(List.copyOf(unsteady), List.copyOf(quantising));
  }

  /** A call's arguments, from behind its opening parenthesis on. */
  private static List<String> arguments(String program, int from) {
    List<String> arguments = new ArrayList<>();
    StringBuilder argument = new StringBuilder();
    int depth = 0;
    for (int i = from; i < program.length() && depth >= 0; i++) {
      char c = program.charAt(i);
      depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
      if (depth < 0 || (depth == 0 && c == ',')) {
        arguments.add(argument.toString().strip());
        argument.setLength(0);
      } else {
        argument.append(c);
      }
    }
    return arguments;
  }
}
