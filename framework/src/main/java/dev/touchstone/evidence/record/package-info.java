/** Verdicts as files: how they are written, and their one reader. */
@API(status = API.Status.INTERNAL, since = "0.1")
@NullMarked
package dev.touchstone.evidence.record;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
