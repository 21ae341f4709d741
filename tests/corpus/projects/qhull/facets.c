#include <libqhull_r/qhull_ra.h>

/* How many triangles the convex hull of a cube has. */
int facets(void)
{
    qhT state;
    coordT points[24];
    int count = 0, corner, axis, unused_memory, unused_blocks;
    facetT *facet;
    qhT *qh = &state;

    for (corner = 0; corner < 8; corner++)
        for (axis = 0; axis < 3; axis++)
            points[corner * 3 + axis] = corner >> axis & 1;
    qh_zero(qh, NULL);
    if (qh_new_qhull(qh, 3, 8, points, False, "qhull Qt", NULL, NULL) != 0) return -1;
    FORALLfacets count++;
    qh_freeqhull(qh, !qh_ALL);
    qh_memfreeshort(qh, &unused_memory, &unused_blocks);
    return count;
}
