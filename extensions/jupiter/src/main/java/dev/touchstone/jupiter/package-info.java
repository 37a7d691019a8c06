/** The JUnit Jupiter extension: injection, lifecycle, settings, attachments. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.jupiter;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
