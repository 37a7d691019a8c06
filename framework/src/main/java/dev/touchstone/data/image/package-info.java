/** Image files as pixels, decoded and resized as training libraries do it. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.data.image;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
