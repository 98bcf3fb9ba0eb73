// Feeds a file to gdk-pixbuf in pieces, and writes what happens to standard output, a line each.
//
// usage: feed <file> <bytes of a piece> <pause after each, in milliseconds> [<output>]
//        the output gets the samples, row after row without padding
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gdk-pixbuf/gdk-pixbuf.h>

static void size_prepared(GdkPixbufLoader *loader, int width, int height) {
  (void)loader;
  printf("size %d %d\n", width, height);
}

static void area_prepared(GdkPixbufLoader *loader) {
  GdkPixbuf *pixbuf = gdk_pixbuf_loader_get_pixbuf(loader);
  const char *profile = gdk_pixbuf_get_option(pixbuf, "icc-profile");
  printf("prepared %d channels, %zu characters of profile\n", gdk_pixbuf_get_n_channels(pixbuf),
         profile == NULL ? 0 : strlen(profile));
}

static void area_updated(GdkPixbufLoader *loader, int x, int y, int width, int height) {
  (void)loader;
  printf("updated %d %d %d %d\n", x, y, width, height);
}

static void write_samples(const GdkPixbuf *pixbuf, const char *name) {
  FILE *output = fopen(name, "wb");
  size_t row = (size_t)gdk_pixbuf_get_width(pixbuf) * (size_t)gdk_pixbuf_get_n_channels(pixbuf);
  for (int y = 0; y < gdk_pixbuf_get_height(pixbuf); y++)
    fwrite(gdk_pixbuf_get_pixels(pixbuf) + y * gdk_pixbuf_get_rowstride(pixbuf), 1, row, output);
  fclose(output);
}

int main(int count, char **arguments) {
  if (count < 4) return 2;
  char *file;
  gsize size;
  if (!g_file_get_contents(arguments[1], &file, &size, NULL)) return 2;
  gsize piece = strtoul(arguments[2], NULL, 10);
  gulong pause = 1000 * strtoul(arguments[3], NULL, 10);

  GdkPixbufLoader *loader = gdk_pixbuf_loader_new();
  g_signal_connect(loader, "size-prepared", G_CALLBACK(size_prepared), NULL);
  g_signal_connect(loader, "area-prepared", G_CALLBACK(area_prepared), NULL);
  g_signal_connect(loader, "area-updated", G_CALLBACK(area_updated), NULL);
  GError *error = NULL;
  gboolean is_sound = TRUE;
  for (gsize i = 0; is_sound && i < size; i += piece) {
    is_sound = gdk_pixbuf_loader_write(loader, (guchar *)file + i, MIN(piece, size - i), &error);
    g_usleep(pause);
  }
  if (is_sound) is_sound = gdk_pixbuf_loader_close(loader, &error);
  if (is_sound && count > 4) write_samples(gdk_pixbuf_loader_get_pixbuf(loader), arguments[4]);
  if (!is_sound) printf("error %d %s\n", error->code, error->message);
  g_clear_error(&error);
  g_object_unref(loader);
  g_free(file);
  return is_sound ? 0 : 1;
}
