package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a model of several labels was asked about one label, kept for the same question about the
 * others: it answers for all of them at once. Only while somebody goes through the labels; and a
 * label that asks the same question again gets another answer of the model, so that whatever
 * answers at random, or by its batch, is found as if each label had a model of its own.
 */
final class AnswersOfAllLabels {
  /** Of a question, besides its numbers: its digest, arrays and places in maps. */
  private static final long BYTES_OF_A_QUESTION = 512;

  private static final long BYTES_OF_A_ROW = 24;

  private final Classifier model;
  private final int labels;
  private final Map<String, Question> questions = new HashMap<>();
  private int open;
  private long limit;
  private long kept;

  AnswersOfAllLabels(Classifier model, int labels) {
    this.model = model;
    this.labels = labels;
  }

  /** Answers to one question, eldest first, and how many of them each label has got. */
  private static final class Question {
    private final List<Scored> answers = new ArrayList<>();
    private final int[] got;

    private Question(int labels) {
      this.got = new int[labels];
    }
  }

  /**
   * Keeps answers while something is done.
   *
   * @param bytes how much of them; what is beyond is asked again
   */
  <T> T keepingWhile(long bytes, Supplier<T> work) {
    synchronized (questions) {
      open++;
      limit = bytes;
    }
    try {
      return work.get();
    } finally {
      synchronized (questions) {
        if (--open == 0) {
          questions.clear();
          kept = 0;
        }
      }
    }
  }

  /** Returns the scores of all labels of a batch, for one of them. */
  Scored of(int label, Inputs batch) {
    if (!isKeeping()) {
      return asked(batch);
    }
    String key = batch.sha256();
    int turn = 0;
    synchronized (questions) {
      Question question = questions.get(key);
      if (question == null && kept < limit) {
        question = new Question(labels);
        questions.put(key, question);
        kept += BYTES_OF_A_QUESTION;
      }
      if (question != null) {
        turn = question.got[label]++;
        if (turn < question.answers.size()) {
          return question.answers.get(turn);
        }
      }
    }
    Scored fresh = asked(batch);
    keep(key, turn, fresh);
    return fresh;
  }

  private boolean isKeeping() {
    synchronized (questions) {
      return open > 0;
    }
  }

  private void keep(String key, int turn, Scored fresh) {
    long size = fresh.rows().length * (BYTES_OF_A_ROW + (long) labels * Double.BYTES);
    synchronized (questions) {
      Question question = questions.get(key);
      if (question != null && question.answers.size() == turn && kept + size <= limit) {
        question.answers.add(fresh);
        kept += size;
      }
    }
  }

  private Scored asked(Inputs batch) {
    return model
        .require(Scores.class, "one label of several", "use a model that shows its scores")
        .scores(batch);
  }
}
