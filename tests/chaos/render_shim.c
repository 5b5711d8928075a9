/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded into a display that shows its picture by a renderer: loses the renderer on command.
 *
 * HALLCALL_RENDER_FILE names a file of one byte, which is mapped; what is written there happens at
 * the next look for events: 'd' the device is reset (all textures made so far are useless), 't' the
 * targets are reset, 'x' the renderer is dead and says so at every use. Each time the window
 * is black afterwards, so that a picture there is a picture that was put there again.
 */
#include <SDL.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static volatile char *command;
static SDL_Renderer *renderer;
static SDL_Texture *newest;
static bool useless; /* the newest texture */
static bool dead;    /* the renderer */

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("HALLCALL_RENDER_FILE");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *mapped = fd >= 0 ? mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    command = mapped == MAP_FAILED ? NULL : mapped;
    if (fd >= 0) {
        (void)close(fd);
    }
}

/* The function that would have been called; a pointer to it through memcpy, as ISO C wants. */
static void find(const char *name, void *function) {
    void *symbol = dlsym(RTLD_NEXT, name);
    memcpy(function, &symbol, sizeof symbol);
}

SDL_Renderer *SDL_CreateRenderer(SDL_Window *window, int index, Uint32 flags) {
    SDL_Renderer *(*real)(SDL_Window *, int, Uint32);
    find("SDL_CreateRenderer", &real);
    renderer = real(window, index, flags);
    dead = false;
    return renderer;
}

SDL_Texture *SDL_CreateTexture(SDL_Renderer *of, Uint32 format, int access, int width, int height) {
    SDL_Texture *(*real)(SDL_Renderer *, Uint32, int, int, int);
    find("SDL_CreateTexture", &real);
    newest = real(of, format, access, width, height);
    useless = false;
    return newest;
}

static bool fails(SDL_Texture *texture) {
    return (dead || (useless && texture == newest)) && SDL_SetError("lost on command") != 0;
}

int SDL_LockTexture(SDL_Texture *texture, const SDL_Rect *box, void **pixels, int *pitch) {
    int (*real)(SDL_Texture *, const SDL_Rect *, void **, int *);
    find("SDL_LockTexture", &real);
    return fails(texture) ? -1 : real(texture, box, pixels, pitch);
}

int SDL_RenderCopy(SDL_Renderer *onto, SDL_Texture *texture, const SDL_Rect *from,
                   const SDL_Rect *to) {
    int (*real)(SDL_Renderer *, SDL_Texture *, const SDL_Rect *, const SDL_Rect *);
    find("SDL_RenderCopy", &real);
    return fails(texture) ? -1 : real(onto, texture, from, to);
}

int SDL_PollEvent(SDL_Event *event) {
    int (*real)(SDL_Event *);
    char asked = command != NULL ? *command : '\0';
    find("SDL_PollEvent", &real);
    if (asked == '\0' || renderer == NULL) {
        return real(event);
    }
    *command = '\0';
    (void)SDL_SetRenderDrawColor(renderer, 0, 0, 0, 255);
    (void)SDL_RenderClear(renderer);
    SDL_RenderPresent(renderer);
    useless = asked == 'd';
    dead = asked == 'x';
    if (dead) {
        return real(event);
    }
    event->type = asked == 'd' ? SDL_RENDER_DEVICE_RESET : SDL_RENDER_TARGETS_RESET;
    return 1;
}
