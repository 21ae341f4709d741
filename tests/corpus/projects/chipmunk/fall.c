#include <chipmunk/chipmunk.h>

/* The speed of a ball after so many steps of 1/60 s, in m/s upwards. */
double fall(int steps)
{
    cpSpace *space = cpSpaceNew();
    cpBody *ball = cpSpaceAddBody(space, cpBodyNew(1, cpMomentForCircle(1, 0, 1, cpvzero)));
    double speed;

    cpSpaceSetGravity(space, cpv(0, -9.8));
    for (int i = 0; i < steps; i++) cpSpaceStep(space, 1.0 / 60);
    speed = cpBodyGetVelocity(ball).y;
    cpBodyFree(ball);
    cpSpaceFree(space);
    return speed;
}
