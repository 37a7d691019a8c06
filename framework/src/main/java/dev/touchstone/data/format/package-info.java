/**
 * What stands in the files of data, whatever it means: tables row by row ({@link
 * dev.touchstone.data.format.TableRows}) in CSV, JSON lines and Parquet, and arrays in NumPy's
 * files and IDX. Knows no data set.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
@NullMarked
package dev.touchstone.data.format;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
