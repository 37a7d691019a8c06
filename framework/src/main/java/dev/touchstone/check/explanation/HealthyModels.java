package dev.touchstone.check.explanation;

import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Models of the same task that know nothing of each other, such as networks trained from several
 * seeds: how alike are explanations where nothing but the task is shared?
 */
public final class HealthyModels {
  private final List<Classifier> given;
  private final @Nullable Training training;

  private HealthyModels(List<Classifier> given, @Nullable Training training) {
    this.given = given;
    this.training = training;
  }

  /** Who trains, on what, and from how many seeds. */
  private record Training(Trainer trainer, Dataset data, int seeds) {}

  /**
   * Returns models that were trained independently of the reference and of each other, at least
   * one.
   */
  public static HealthyModels of(Classifier first, Classifier... further) {
    List<Classifier> all = new ArrayList<>(List.of(first));
    all.addAll(Arrays.asList(further));
    return new HealthyModels(List.copyOf(all), null);
  }

  /**
   * Returns models that are trained for the check and released after it.
   *
   * @param seeds how many, at least one
   * @throws TouchstoneException for a trainer that trains nothing, or no seed
   */
  public static HealthyModels trainedBy(Trainer trainer, Dataset data, int seeds) {
    if (!trainer.retrains()) {
      throw new TouchstoneException(
          trainer.name() + " is a fixed model and gives the same one for every seed");
    }
    if (seeds < 1) {
      throw new TouchstoneException("at least one healthy model is needed, was " + seeds);
    }
    return new HealthyModels(List.of(), new Training(trainer, data, seeds));
  }

  /** Returns how many there are. */
  public int count() {
    return size();
  }

  int size() {
    return training == null ? given.size() : training.seeds();
  }

  /** Those at hand before any is trained. */
  List<Classifier> given() {
    return given;
  }

  /** Trains what has to be trained. */
  List<Classifier> all(RunContext context) {
    if (training == null) {
      return given;
    }
    List<Classifier> trained = new ArrayList<>();
    for (int seed = 0; seed < training.seeds(); seed++) {
      TrainingTask task = TrainingTask.of(training.data(), "healthy " + seed, context);
      trained.add(training.trainer().train(task).model());
      context.progress().step("healthy models", seed + 1, training.seeds());
    }
    return trained;
  }

  /** Releases what {@link #all} trained. */
  void release(List<Classifier> all) {
    if (training != null) {
      all.forEach(Models::release);
    }
  }

  /** In words, for people. */
  String describe() {
    return training == null
        ? given.stream().map(Classifier::name).collect(Collectors.joining(", "))
        : training.seeds()
            + " trained by "
            + training.trainer().name()
            + " on "
            + training.data().name();
  }

  private record Given(List<Keys.OfModel> models) {}

  private record Trained(Trainer trainer, Keys.OfData data, int seeds) {}

  /** Everything that tells them from others, for the cache of evaluations. */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public Record key() {
    return training == null
        ? new Given(given.stream().map(Keys::of).toList())
        : new Trained(training.trainer(), Keys.of(training.data()), training.seeds());
  }
}
