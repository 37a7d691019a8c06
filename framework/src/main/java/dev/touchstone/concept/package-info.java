/** What a network knows of concepts that people name: concept activation vectors, and TCAV. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.concept;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
