package dev.touchstone.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a filter offers: texts, each with a number by which the page's cells refer to it. */
final class Choices {

  /** One that can be chosen. */
  record Choice(int number, String text) {}

  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  int numberOf(String text) {
    return numbers.computeIfAbsent(text, t -> numbers.size());
  }

  /** Everything to choose from, in alphabetical order. */
  List<Choice> sorted() {
    List<Choice> choices = new ArrayList<>();
    numbers.forEach((text, number) -> choices.add(new Choice(number, Inert.text(text))));
    choices.sort((a, b) -> a.text().compareTo(b.text()));
    return choices;
  }
}
