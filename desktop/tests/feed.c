// Feeds files to gdk-pixbuf in pieces, and writes what happens to standard output, a line each.
//
// usage: feed <bytes of a piece> <pause after each, in milliseconds> <output> <file> ...
//        the output gets the samples of the last file, row after row without padding; if FEED_SIZE is
//        set, such as to 40x30, that size is asked for
// Exit status 1: one of the files failed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gdk-pixbuf/gdk-pixbuf.h>

static void size_prepared(GdkPixbufLoader *loader, int width, int height) {
  printf("size %d %d\n", width, height);
  const char *size = getenv("FEED_SIZE");
  if (size != NULL && sscanf(size, "%dx%d", &width, &height) == 2)
    gdk_pixbuf_loader_set_size(loader, width, height);
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

static gboolean feed(const char *name, gsize piece, gulong pause, const char *output) {
  char *file;
  gsize size;
  if (!g_file_get_contents(name, &file, &size, NULL)) exit(2);
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
  if (is_sound) write_samples(gdk_pixbuf_loader_get_pixbuf(loader), output);
  if (!is_sound) printf("error %d %s\n", error->code, error->message);
  g_clear_error(&error);
  g_object_unref(loader);
  g_free(file);
  return is_sound;
}

int main(int count, char **arguments) {
  if (count < 5) return 2;
  gsize piece = strtoul(arguments[1], NULL, 10);
  gulong pause = 1000 * strtoul(arguments[2], NULL, 10);
  gboolean are_sound = TRUE;
  for (int i = 4; i < count; i++)
    are_sound = feed(arguments[i], piece, pause, arguments[3]) && are_sound;
  return are_sound ? 0 : 1;
}
