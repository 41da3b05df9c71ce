/* Text to the console for the C guests here, which have no C library. */
#ifndef CONSOLE_H_INCLUDED
#define CONSOLE_H_INCLUDED

#include <solo5.h>

static inline void print(const char *text)
{
    size_t size = 0;
    while (text[size] != '\0')
        size++;
    solo5_console_write(text, size);
}

#endif
