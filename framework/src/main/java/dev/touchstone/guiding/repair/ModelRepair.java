package dev.touchstone.guiding.repair;

import dev.touchstone.runtime.RunContext;

/**
 * Makes a model's last layer anew so that it no longer relies on concepts that should not matter
 * (thesis, section 5.2.4). The rest of the model stays as it is.
 */
public interface ModelRepair {

  /**
   * Repairs a model.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the model does not show what its
   *     last layer sees
   * @throws dev.touchstone.runtime.TouchstoneException for data that cannot carry the repair
   */
  RepairedModel repair(RepairTask task, RunContext context);
}
