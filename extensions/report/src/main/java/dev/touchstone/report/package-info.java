/** Pages that show verdicts: HTML and Markdown. */
@API(status = API.Status.INTERNAL, since = "0.1")
@NullMarked
package dev.touchstone.report;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
