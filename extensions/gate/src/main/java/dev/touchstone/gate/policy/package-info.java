/** What a release is asked for: the policy as values, read from YAML and written from a run. */
@API(status = API.Status.INTERNAL, since = "0.1")
@NullMarked
package dev.touchstone.gate.policy;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
