package dev.touchstone.graph.script;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * How deep a TorchScript source nests, read off its text.
 *
 * @param nested brackets in brackets or blocks in blocks, counted by their spaces
 * @param chained operators of an expression and of those around it: what stands between two commas,
 *     or on a line
 */
record ScriptDepth(int nested, int chained) {
  private static final String OPERATORS = "+-*/%@&|^~<>=.";

  /** Each takes another expression in; a chain of {@code elif} is a block in a block. */
  private static final Set<String> WORDS =
      Set.of("and", "or", "not", "if", "else", "in", "is", "lambda");

  static ScriptDepth of(CharSequence source) {
    Scan scan = new Scan(source);
    while (scan.at < source.length()) {
      scan.token();
    }
    return new ScriptDepth(Math.max(scan.deepest, scan.alternatives), scan.longest);
  }

  /** Goes over a source once. */
  private static final class Scan {
    private final CharSequence source;
    private int at;
    private int indent;
    private boolean begins = true;
    private boolean remark;

    /** Operators so far, here and in each expression around this one. */
    private final Deque<Integer> around = new ArrayDeque<>();

    private int here;
    private int outside;
    private int alternatives;
    private int deepest;
    private int longest;

    Scan(CharSequence source) {
      this.source = source;
    }

    void token() {
      char c = source.charAt(at++);
      if (begins && c == ' ') {
        deepest = Math.max(deepest, ++indent);
        return;
      }
      begins = c == '\n';
      if (c == '(' || c == '[' || c == '{') {
        around.push(here);
        outside += here;
        here = 0;
        deepest = Math.max(deepest, around.size());
      } else if (c == ')' || c == ']' || c == '}') {
        int before = around.isEmpty() ? here : around.pop();
        outside = Math.max(0, outside - before);
        here = before;
        // Calls and places follow on each other as operators do.
        operator();
      } else if (c == '\n') {
        line();
      } else if (c == ',') {
        here = 0;
      } else if (c == '#') {
        remark = true;
      } else if ((c == '"' || c == '\'') && !remark) {
        quoted(c);
      } else if (OPERATORS.indexOf(c) >= 0) {
        operator();
      } else if (Character.isJavaIdentifierStart(c)) {
        word();
      }
    }

    private void operator() {
      here++;
      longest = Math.max(longest, outside + here);
    }

    private void line() {
      indent = 0;
      remark = false;
      boolean goesOn = at > 1 && source.charAt(at - 2) == '\\';
      if (around.isEmpty() && !goesOn) {
        here = 0;
      }
    }

    private void word() {
      int start = at - 1;
      while (at < source.length() && Character.isJavaIdentifierPart(source.charAt(at))) {
        at++;
      }
      String word = source.subSequence(start, at).toString();
      if (WORDS.contains(word)) {
        operator();
      } else if (word.equals("elif")) {
        alternatives++;
      }
    }

    /** A text ends at its quotes; one that has a single quote ends with the line at the latest. */
    private void quoted(char quote) {
      boolean triple =
          at + 1 < source.length() && source.charAt(at) == quote && source.charAt(at + 1) == quote;
      at += triple ? 2 : 0;
      int found = 0;
      while (at < source.length() && found < (triple ? 3 : 1)) {
        char c = source.charAt(at);
        if (c == '\n' && !triple) {
          return;
        }
        found = c == quote ? found + 1 : 0;
        at += c == '\\' ? 2 : 1;
      }
    }
  }
}
